import type { Logger } from '../../src/participant/ports.ts'

export interface RecordingLogger extends Logger {
  /** `event code`, in order. */
  readonly lines: string[]
}

export function createRecordingLogger(): RecordingLogger {
  const lines: string[] = []
  const note = (event: string, facts: Record<string, string | number> = {}): void => {
    lines.push([event, ...Object.values(facts)].join(' '))
  }
  return { lines, info: note, warn: note }
}
