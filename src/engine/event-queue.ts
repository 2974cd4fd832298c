/** Events unread at which the other side is asked to pause: two segments, token by token, of an answer whose requester gives no credit. */
const PAUSE_AT_EVENTS = 64
const RESUME_AT_EVENTS = 32

/** Events pushed by one side and iterated, once, by the other. Nothing is dropped: what was pushed before the end is still delivered. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(event: T): void
  end(): void
  fail(error: unknown): void
}

type End = { failed: false } | { failed: true; error: unknown }

/** `onPressure` hears true when too much lies unread, and false when it has been read. */
export function createEventQueue<T>(onPressure: (isFull: boolean) => void = () => undefined): EventQueue<T> {
  const events: T[] = []
  let ended: End | null = null
  let wake: (() => void) | null = null
  let isFull = false

  function close(end: End): void {
    ended ??= end
    wake?.()
  }

  function measure(): void {
    const wasFull = isFull
    isFull = events.length >= (wasFull ? RESUME_AT_EVENTS : PAUSE_AT_EVENTS)
    if (isFull !== wasFull && ended === null) onPressure(isFull)
  }

  return {
    push(event) {
      events.push(event)
      measure()
      wake?.()
    },
    end: () => close({ failed: false }),
    fail: (error) => close({ failed: true, error }),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const event = events.shift()
        if (event !== undefined) {
          measure()
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
