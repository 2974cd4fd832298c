import type { Clock, ConnectionInfo, PeerStream } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { HEARTBEAT_INTERVAL_MS, HEARTBEAT_SUSPECT_MS, MAX_JOB_FRAME_BYTES } from '../protocol/limits.ts'
import type { ByteStream } from './byte-stream.ts'
import { createFrameQueue } from './frame-queue.ts'
import {
  BYE_FRAME,
  createFrameDecoder,
  encodeMessageFrame,
  type Frame,
  frameTooLarge,
  HEARTBEAT_FRAME,
} from './frames.ts'
import { backlog, closed, peerLost, writeDeadline } from './network-errors.ts'
import { MAX_UNREAD_BYTES, MAX_UNREAD_FRAMES, WRITE_DEADLINE_MS } from './network-limits.ts'

export interface PeerStreamOptions {
  bytes: ByteStream
  remotePeer: string
  connection: ConnectionInfo
  clock: Clock
  /** Called once, when the stream no longer counts against any cap. */
  onEnd?: () => void
}

/** `closing`: our goodbye is on its way; however the stream ends after it, it ends well. */
type State = { kind: 'open' } | { kind: 'closing' } | { kind: 'ended' } | { kind: 'failed'; error: Error }

/**
 * Frames, heartbeats and a bounded queue over a byte stream (protocol.md §6). A dead WebRTC peer goes unnoticed for about 16 s
 * (measured), so each side sends a heartbeat every HEARTBEAT_INTERVAL_MS and suspects the other after HEARTBEAT_SUSPECT_MS.
 * Any byte counts as a sign of life, so a large frame on a slow link is not mistaken for silence.
 */
export function createPeerStream({ bytes, remotePeer, connection, clock, onEnd }: PeerStreamOptions): PeerStream {
  const decoder = createFrameDecoder(MAX_JOB_FRAME_BYTES)
  const queue = createFrameQueue({ maxFrames: MAX_UNREAD_FRAMES, maxBytes: MAX_UNREAD_BYTES })
  let state: State = { kind: 'open' }
  let heardAt = clock.now()
  let tickedAt = clock.now()
  let writing = false
  let tail: Promise<void> = Promise.resolve()
  const stopHeartbeat = clock.every(HEARTBEAT_INTERVAL_MS, tick)

  function leave(next: State): boolean {
    if (state.kind === 'ended' || state.kind === 'failed') return false
    state = next
    stopHeartbeat()
    onEnd?.()
    return true
  }

  /** Ends the stream for a reason that its reader must hear, after what arrived before it. */
  function fail(error: CodedError): void {
    if (!leave({ kind: 'failed', error })) return
    queue.fail(error)
    bytes.abort(error)
  }

  function end(): void {
    if (!leave({ kind: 'ended' })) return
    queue.end()
    bytes.close()
  }

  function tick(): void {
    const now = clock.now()
    // Our own sleep (a janky page, a closed lid) is not the peer's silence: what it sent meanwhile is still in our event queue.
    const overslept = now - tickedAt - HEARTBEAT_INTERVAL_MS
    if (overslept > 0) heardAt += overslept
    tickedAt = now
    if (now - heardAt >= HEARTBEAT_SUSPECT_MS) fail(peerLost(remotePeer, 'went silent'))
    // A write under way is a sign of life itself, and a heartbeat behind it would only grow the queue.
    else if (!writing) trySend(HEARTBEAT_FRAME)
  }

  function trySend(frame: Uint8Array): boolean {
    try {
      return bytes.send(frame.slice())
    } catch {
      fail(peerLost(remotePeer, 'closed the connection'))
      return false
    }
  }

  function take(frame: Frame): void {
    switch (frame.kind) {
      case 'heartbeat':
        return
      case 'message':
        if (!queue.push(frame.payload)) fail(backlog(remotePeer))
        return
      case 'bye':
        end()
        return
      default:
        frame satisfies never
    }
  }

  bytes.attach(
    (received) => {
      heardAt = clock.now()
      try {
        for (const frame of decoder.push(received)) if (state.kind === 'open' || state.kind === 'closing') take(frame)
      } catch (error) {
        fail(error instanceof CodedError ? error : closed(remotePeer))
      }
    },
    () => (state.kind === 'closing' ? end() : fail(peerLost(remotePeer, 'closed the connection'))),
  )

  function requireLive(): void {
    if (state.kind === 'failed') throw state.error
    if (state.kind === 'ended') throw closed(remotePeer)
  }

  async function write(frame: Uint8Array): Promise<void> {
    requireLive()
    writing = true
    const stopDeadline = clock.after(WRITE_DEADLINE_MS, () => fail(writeDeadline(remotePeer)))
    try {
      const hasRoom = trySend(frame)
      requireLive()
      // A stream that closes while we wait says why through `fail`.
      if (!hasRoom) await bytes.drained().catch(() => {})
      requireLive()
    } finally {
      stopDeadline()
      writing = false
    }
  }

  function enqueue(frame: Uint8Array): Promise<void> {
    const written = tail.then(() => write(frame))
    tail = written.catch(() => {})
    return written
  }

  return {
    remotePeer,
    connection,
    frames: queue,
    async send(frame) {
      if (frame.length > MAX_JOB_FRAME_BYTES) throw frameTooLarge(frame.length, MAX_JOB_FRAME_BYTES)
      if (state.kind === 'closing') throw closed(remotePeer)
      await enqueue(encodeMessageFrame(frame))
    },
    async close() {
      if (state.kind !== 'open') return
      state = { kind: 'closing' }
      await enqueue(BYE_FRAME).catch(() => {})
      end()
    },
    abort(reason) {
      if (!leave({ kind: 'failed', error: reason })) return
      queue.discard(reason)
      bytes.abort(reason)
    },
  }
}
