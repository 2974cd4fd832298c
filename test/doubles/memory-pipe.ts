import type { ByteStream } from '../../src/network/byte-stream.ts'

interface End {
  onBytes: (bytes: Uint8Array) => void
  onClosed: () => void
  closed: boolean
}

/** Two ends of a byte stream in memory. What `isCut` swallows is gone, and neither end is told. */
export function createMemoryPipe(isCut: () => boolean = () => false): [ByteStream, ByteStream] {
  const a: End = { onBytes: () => {}, onClosed: () => {}, closed: false }
  const b: End = { onBytes: () => {}, onClosed: () => {}, closed: false }
  return [createEnd(a, b, isCut), createEnd(b, a, isCut)]
}

function createEnd(mine: End, theirs: End, isCut: () => boolean): ByteStream {
  function close(end: End): void {
    if (end.closed) return
    end.closed = true
    end.onClosed()
  }

  function hangUp(): void {
    close(mine)
    // Queued behind what was sent before.
    queueMicrotask(() => {
      if (!isCut()) close(theirs)
    })
  }

  return {
    send(bytes) {
      if (mine.closed) throw new Error('the pipe is closed')
      queueMicrotask(() => {
        if (!theirs.closed && !isCut()) theirs.onBytes(bytes)
      })
      return true
    },
    drained: () => Promise.resolve(),
    attach(onBytes, onClosed) {
      mine.onBytes = onBytes
      mine.onClosed = onClosed
    },
    close: hangUp,
    abort: hangUp,
  }
}
