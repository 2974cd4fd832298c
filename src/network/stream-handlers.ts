import type { PeerStream, StreamProtocol, Unsubscribe } from '../participant/ports.ts'

export type StreamHandler = (stream: PeerStream) => void

/** Who serves which kind of stream: the newest handler of each, and the one before it once that is gone. */
export interface StreamHandlers {
  add(protocol: StreamProtocol, handler: StreamHandler): Unsubscribe
  /** Null while nobody serves it. */
  newest(protocol: StreamProtocol): StreamHandler | null
}

export function createStreamHandlers(): StreamHandlers {
  const handlers: Record<StreamProtocol, StreamHandler[]> = { job: [], audit: [], evidence: [] }
  return {
    add(protocol, handler) {
      const served = handlers[protocol]
      served.push(handler)
      return () => {
        const index = served.indexOf(handler)
        if (index >= 0) served.splice(index, 1)
      }
    },
    newest: (protocol) => handlers[protocol].at(-1) ?? null,
  }
}
