import type { Engine } from './ports.ts'

/** The ids of one answer as they arrive, and their text: committed ones stay, provisional ones may be replaced by position. */
export interface AnswerText {
  /** Drops everything after these ids: a new leg begins here. */
  commit(ids: number[]): void
  /** A segment arrived. */
  append(ids: number[]): void
  /** Provisional ids from output position `position` on. */
  show(position: number, ids: number[]): void
  /** The final text, with nothing withheld. */
  finish(ids: number[]): Promise<void>
  shown(): number
  committed(): number
}

/** At most one decode is under way; what arrives meanwhile is decoded together, so a fast provider cannot flood the worker. */
export function createAnswerText(engine: Pick<Engine, 'decode'>, onText: (text: string) => void): AnswerText {
  let committed: number[] = []
  let shown: number[] = []
  let isDecoding = false
  let isStale = false

  const refresh = async (): Promise<void> => {
    isStale = true
    if (isDecoding) return
    isDecoding = true
    try {
      while (isStale) {
        isStale = false
        onText(await engine.decode([...shown], false))
      }
    } finally {
      isDecoding = false
    }
  }
  // Text that cannot be decoded now comes with the next tokens, or with `finish`, which does report its failure.
  const refreshQuietly = (): void => {
    refresh().catch(() => {})
  }

  return {
    commit(ids) {
      committed = [...ids]
      shown = [...ids]
      refreshQuietly()
    },
    append(ids) {
      const start = committed.length
      committed.push(...ids)
      const isUnchanged = ids.every((id, i) => shown[start + i] === id)
      if (isUnchanged && shown.length >= committed.length) return
      shown = [...committed]
      refreshQuietly()
    },
    show(position, ids) {
      shown = [...shown.slice(0, position), ...ids]
      refreshQuietly()
    },
    async finish(ids) {
      committed = [...ids]
      shown = [...ids]
      isStale = false
      onText(await engine.decode(ids, true))
    },
    shown: () => shown.length,
    committed: () => committed.length,
  }
}
