import type { Clock, Logger } from '../participant/ports.ts'

type Facts = Record<string, string | number>

export interface LogEntry {
  at: number
  level: 'info' | 'warn'
  event: string
  facts: Facts
}

export interface DeviceLogger extends Logger {
  /** Oldest first; what a person may look at, or attach to a report. */
  entries(): readonly LogEntry[]
}

/** An hour or so of a busy contributor. */
const MAX_ENTRIES = 500

/** A fact is a name, a code or a number: anything longer is somebody's text, and does not belong here. */
const MAX_FACT_CHARACTERS = 200

/** Keeps the last entries in memory and writes them to the console. Nothing leaves the device. */
export function createLogger(
  clock: Pick<Clock, 'now'>,
  output: Pick<Console, 'info' | 'warn'> = console,
): DeviceLogger {
  const kept: LogEntry[] = []

  function log(level: LogEntry['level'], event: string, facts: Facts = {}): void {
    const short = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, shorten(fact)]))
    kept.push({ at: clock.now(), level, event, facts: short })
    if (kept.length > MAX_ENTRIES) kept.shift()
    output[level](event, short)
  }

  return {
    info: (event, facts) => log('info', event, facts),
    warn: (event, facts) => log('warn', event, facts),
    entries: () => [...kept],
  }
}

function shorten(fact: string | number): string | number {
  if (typeof fact === 'number' || fact.length <= MAX_FACT_CHARACTERS) return fact
  return `${fact.slice(0, MAX_FACT_CHARACTERS)}…`
}
