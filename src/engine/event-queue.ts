/** Events pushed by one side and iterated, once, by the other. Nothing is dropped: what was pushed before the end is still delivered. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(event: T): void
  end(): void
  fail(error: unknown): void
}

type End = { failed: false } | { failed: true; error: unknown }

export function createEventQueue<T>(): EventQueue<T> {
  const events: T[] = []
  let ended: End | null = null
  let wake: (() => void) | null = null

  function close(end: End): void {
    ended ??= end
    wake?.()
  }

  return {
    push(event) {
      events.push(event)
      wake?.()
    },
    end: () => close({ failed: false }),
    fail: (error) => close({ failed: true, error }),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const event = events.shift()
        if (event !== undefined) {
          yield event
          continue
        }
        if (ended?.failed) throw ended.error
        if (ended !== null) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = null
      }
    },
  }
}
