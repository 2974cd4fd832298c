import type { CpuTime } from '../process-cpu.ts'
import type { TimedAnswer } from '../statistics/compare-arms.ts'

/** Notes when the tokens of one answer arrive, and what processor time those after the first ones take. */
export interface TokenClock {
  /** `position` counts output tokens; what stood from there on is replaced. */
  arrived(ids: readonly number[], position: number): void
  finished(): TimedAnswer
}

/** Null where nobody can say. */
export type ReadCpu = () => CpuTime | null

/**
 * Processor time is read when the first tokens are there, so that reading the prompt is left out, and at the end. Reading takes a while, in
 * which this thread waits: the clock stands still meanwhile, and what reading costs is taken off. `now` in milliseconds since the turn began.
 */
export function createTokenClock(now: () => number, readCpu: ReadCpu | null): TokenClock {
  const ids: number[] = []
  const arrivalsMs: number[] = []
  let standstillMs = 0
  let first: { cpu: CpuTime | null; tokens: number } | null = null

  function read(): CpuTime | null {
    const startedMs = now()
    const cpu = readCpu?.() ?? null
    standstillMs += now() - startedMs
    return cpu
  }

  return {
    arrived(added, position) {
      const atMs = now() - standstillMs
      ids.length = position
      arrivalsMs.length = position
      ids.push(...added)
      arrivalsMs.push(...added.map(() => atMs))
      if (readCpu !== null) first ??= { cpu: read(), tokens: ids.length }
    },
    finished() {
      const last = first === null ? null : read()
      const again = last === null ? null : read()
      if (first === null || first.cpu === null || last === null || again === null) return { ids, arrivalsMs, cpu: null }
      // Between two readings in a row lies what one reading costs.
      const spent = (clock: keyof CpuTime, from: CpuTime) =>
        Math.max(0, last[clock] - from[clock] - (again[clock] - last[clock]))
      const cpu = {
        tokens: ids.length - first.tokens,
        workersMs: spent('workersMs', first.cpu),
        processMs: spent('processMs', first.cpu),
      }
      return { ids, arrivalsMs, cpu }
    },
  }
}

/** Clocks for the answers of one turn, which begins now. Processor time is read only of a single one: others would wait meanwhile. */
export function clocksOf(requests: readonly unknown[], readCpu: ReadCpu | null): () => TokenClock {
  const startMs = performance.now()
  return () => createTokenClock(() => performance.now() - startMs, requests.length === 1 ? readCpu : null)
}

/** Asks whoever serves the page, and waits: nothing else may run between the token and the reading. Only in a worker. */
export const readPageCpu: ReadCpu = () => {
  const request = new XMLHttpRequest()
  request.open('GET', '/cpu', false)
  request.send()
  return JSON.parse(request.responseText) as CpuTime | null
}
