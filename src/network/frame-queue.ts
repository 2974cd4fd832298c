/**
 * What has arrived and was not read yet. Bounded, because a WebRTC stream has no way to ask its sender to wait.
 * Ended or failed, it still gives what arrived before.
 */
export interface FrameQueue extends AsyncIterable<Uint8Array> {
  /** False when the frame does not fit: the reader is too slow or the sender too fast. */
  push(frame: Uint8Array): boolean
  end(): void
  fail(error: Error): void
  /** As `fail`, and throws away what was not read. */
  discard(error: Error): void
}

export interface FrameQueueOptions {
  maxFrames: number
  maxBytes: number
}

interface Reader {
  resolve: (result: IteratorResult<Uint8Array>) => void
  reject: (error: Error) => void
}

type Ending = { kind: 'open' } | { kind: 'ended' } | { kind: 'failed'; error: Error }

export function createFrameQueue({ maxFrames, maxBytes }: FrameQueueOptions): FrameQueue {
  const frames: Uint8Array[] = []
  let bytes = 0
  let ending: Ending = { kind: 'open' }
  let reader: Reader | null = null
  let iterated = false
  let abandoned = false

  function settleReader(): void {
    if (reader === null) return
    const waiting = reader
    const frame = frames.shift()
    if (frame !== undefined) {
      bytes -= frame.length
      reader = null
      waiting.resolve({ done: false, value: frame })
    } else if (ending.kind === 'ended') {
      reader = null
      waiting.resolve({ done: true, value: undefined })
    } else if (ending.kind === 'failed') {
      reader = null
      waiting.reject(ending.error)
    }
  }

  function finish(next: Ending): void {
    if (ending.kind !== 'open') return
    ending = next
    settleReader()
  }

  return {
    push(frame) {
      if (ending.kind !== 'open' || abandoned) return true
      if (reader === null && (frames.length >= maxFrames || bytes + frame.length > maxBytes)) return false
      frames.push(frame)
      bytes += frame.length
      settleReader()
      return true
    },
    end: () => finish({ kind: 'ended' }),
    fail: (error) => finish({ kind: 'failed', error }),
    discard(error) {
      frames.length = 0
      bytes = 0
      finish({ kind: 'failed', error })
    },
    [Symbol.asyncIterator]() {
      if (iterated) throw new TypeError('the frames of a stream are iterated once')
      iterated = true
      return {
        next() {
          if (abandoned) return Promise.resolve({ done: true, value: undefined })
          if (reader !== null) return Promise.reject(new TypeError('a frame is already being waited for'))
          return new Promise((resolve, reject) => {
            reader = { resolve, reject }
            settleReader()
          })
        },
        return() {
          abandoned = true
          frames.length = 0
          bytes = 0
          reader?.resolve({ done: true, value: undefined })
          reader = null
          return Promise.resolve({ done: true, value: undefined })
        },
      }
    },
  }
}
