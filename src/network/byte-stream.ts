/** The part of a transport's stream that a peer stream needs, so that its behaviour does not depend on the transport. */
export interface ByteStream {
  /** Queues the bytes, which it then owns. False: the transport is full, wait for `drained`. Throws once closed. */
  send(bytes: Uint8Array): boolean
  /** Resolves when the transport takes bytes again; rejects when the stream closes first. */
  drained(): Promise<void>
  /** Called at most once, before anything else. `onClosed` is called once, however the stream ended. */
  attach(onBytes: (bytes: Uint8Array) => void, onClosed: () => void): void
  /** Ends it after what is queued has been sent; does not wait for the other side. */
  close(): void
  /** Ends it now, unsent bytes are lost. */
  abort(reason: Error): void
}
