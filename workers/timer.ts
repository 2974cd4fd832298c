/**
 * Timers for a page that may be hidden. Browsers slow a hidden page's own timers to one a second, later to one a minute; a
 * heartbeat of 250 ms needs better, and a dedicated worker's timers are left alone.
 */
import type { TimerRequest, TimerTick } from '../src/platform/timer-messages.ts'

const stops = new Map<number, () => void>()

function tick(id: number): void {
  self.postMessage({ id } satisfies TimerTick)
}

self.addEventListener('message', ({ data }: MessageEvent<TimerRequest>) => {
  switch (data.type) {
    case 'every': {
      const timer = setInterval(tick, data.intervalMs, data.id)
      stops.set(data.id, () => clearInterval(timer))
      break
    }
    case 'after': {
      const timer = setTimeout(() => {
        stops.delete(data.id)
        tick(data.id)
      }, data.delayMs)
      stops.set(data.id, () => clearTimeout(timer))
      break
    }
    case 'stop':
      stops.get(data.id)?.()
      stops.delete(data.id)
      break
    default:
      data satisfies never
  }
})
