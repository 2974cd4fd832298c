/** Unread events at which a writer rests: a caller that went quiet holds up itself and nobody else. */
const MAX_UNREAD = 4

export interface Outbox<T> {
  push(event: T): void
  end(): void
  fail(error: unknown): void
  /** False while the reader is behind. */
  isOpen(): boolean
  /** To be read once. Throws what `fail` was given, after the events before it. */
  read(): AsyncGenerator<T, void>
}

/** A queue from the loop to one caller. `onRead` is called whenever the reader has caught up. */
export function createOutbox<T>(onRead: () => void): Outbox<T> {
  const unread: T[] = []
  let ending: { error?: unknown } | null = null
  let wake: () => void = () => undefined

  function settle(how: { error?: unknown }): void {
    ending ??= how
    wake()
  }

  return {
    push(event) {
      unread.push(event)
      wake()
    },
    end: () => settle({}),
    fail: (error) => settle({ error }),
    isOpen: () => unread.length < MAX_UNREAD,
    async *read() {
      for (;;) {
        for (let event = unread.shift(); event !== undefined; event = unread.shift()) {
          if (unread.length === MAX_UNREAD - 1) onRead()
          yield event
        }
        if (ending !== null) {
          if ('error' in ending) throw ending.error
          return
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
