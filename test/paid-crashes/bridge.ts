import type { ByteStream } from '../../src/network/byte-stream.ts'

/** One end of a byte stream whose other end is in another process. */
export interface Bridge {
  readonly bytes: ByteStream
  /** Bytes from the other end. */
  push(bytes: Uint8Array): void
  /** The other end is gone. */
  hangUp(): void
}

/** `carry` and `leave` reach the other end, in order. */
export function createBridge(carry: (bytes: Uint8Array) => void, leave: () => void): Bridge {
  let hear = (_bytes: Uint8Array): void => {}
  let onClosed = (): void => {}
  let isClosed = false

  function close(): void {
    if (isClosed) return
    isClosed = true
    onClosed()
  }

  function hangUp(): void {
    if (!isClosed) leave()
    close()
  }

  return {
    bytes: {
      send(bytes) {
        if (isClosed) throw new Error('the bridge is closed')
        carry(bytes)
        return true
      },
      drained: () => Promise.resolve(),
      attach(onBytes, whenClosed) {
        hear = onBytes
        onClosed = whenClosed
      },
      close: hangUp,
      abort: hangUp,
    },
    push(bytes) {
      if (!isClosed) hear(bytes)
    },
    hangUp: close,
  }
}
