import type { Clock } from './ports.ts'

/** Tokens of one job, and their rate over the last seconds: what a person means by "now". */
export interface TokenMeter {
  add(tokens: number): void
  total(): number
  /** Over the last WINDOW_MS; 0 until there is a span to measure. */
  perSecond(): number
}

const WINDOW_MS = 3_000

export function createTokenMeter(clock: Pick<Clock, 'now'>): TokenMeter {
  let total = 0
  let samples: { at: number; total: number }[] = [{ at: clock.now(), total: 0 }]

  return {
    add(tokens) {
      total += tokens
      const at = clock.now()
      const firstInside = samples.findIndex((sample) => sample.at >= at - WINDOW_MS)
      // The sample just before the window stays, so that the window is always spanned.
      samples = firstInside > 1 ? samples.slice(firstInside - 1) : samples
      samples.push({ at, total })
    },
    total: () => total,
    perSecond() {
      const first = samples[0]
      const last = samples.at(-1)
      if (first === undefined || last === undefined || last.at === first.at) return 0
      return ((last.total - first.total) * 1_000) / (last.at - first.at)
    },
  }
}
