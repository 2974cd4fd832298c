import type { Stream } from '@libp2p/interface'
import type { ByteStream } from './byte-stream.ts'
import { toError } from './to-error.ts'

/**
 * A libp2p stream as a peer stream sees it. `Stream.onDrain` is not used: after its first drain it answers every later call at
 * once (libp2p utils 7.4), which would switch back-pressure off.
 */
export function createLibp2pByteStream(stream: Stream): ByteStream {
  const isClosed = (): boolean => stream.status !== 'open' && stream.status !== 'closing'

  return {
    send: (bytes) => stream.send(bytes),
    drained() {
      return new Promise((resolve, reject) => {
        const done = (settle: () => void): void => {
          stream.removeEventListener('drain', onDrain)
          stream.removeEventListener('close', onClose)
          settle()
        }
        // The stream flushes its own queue in a microtask after the event, and may be full again after that.
        const onDrain = (): void => queueMicrotask(() => (stream.writableNeedsDrain ? undefined : done(resolve)))
        const onClose = (): void => done(() => reject(new Error('the stream closed before it drained')))
        if (isClosed()) onClose()
        else if (!stream.writableNeedsDrain) resolve()
        else {
          stream.addEventListener('drain', onDrain)
          stream.addEventListener('close', onClose)
        }
      })
    },
    attach(onBytes, onClosed) {
      let ended = false
      const endOnce = (): void => {
        if (ended) return
        ended = true
        onClosed()
      }
      stream.addEventListener('message', (event) => onBytes(event.data.subarray()))
      // Either side closing its half without a goodbye frame is the end of a peer stream.
      stream.addEventListener('remoteCloseWrite', endOnce)
      stream.addEventListener('close', endOnce)
      if (isClosed()) queueMicrotask(endOnce)
    },
    close() {
      stream.close().catch((error: unknown) => stream.abort(toError(error)))
    },
    abort: (reason) => stream.abort(reason),
  }
}
