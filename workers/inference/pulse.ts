import type { FromWorker } from '../../src/engine/messages.ts'

/** Often enough that the page's patience is never tried, seldom enough to cost nothing beside a step. */
const PULSE_INTERVAL_MS = 250

/** To be called after every run: tells the page, from time to time, that this thread gets on. A timer would tell it of a hung run too. */
export function createPulse(post: (message: FromWorker) => void, now: () => number): () => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return () => {
    const ms = now()
    if (ms - lastMs < PULSE_INTERVAL_MS) return
    lastMs = ms
    post({ type: 'pulse' })
  }
}
