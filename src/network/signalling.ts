import type { Connection, Stream } from '@libp2p/interface'
import type { Clock } from '../participant/ports.ts'
import { SIGNALLING_SETTLE_MS } from './network-limits.ts'

const SIGNALLING_PROTOCOL = '/webrtc-signaling/0.0.1'

/**
 * Resolves once the initiator of a WebRTC connection has finished signalling, or after SIGNALLING_SETTLE_MS.
 *
 * libp2p's answering side closes the initiator's `init` channel as soon as it has a muxer. On one machine that can be before the
 * initiator has looked at the channel, and the initiator (@libp2p/webrtc 6.0.33) then waits for an `open` event that has passed: one
 * dial in four hung for its whole deadline between two busy tabs. Holding back the muxer until the initiator closes its side of
 * the signalling stream lets it close the channel itself, as the code there intends.
 */
export function signallingSettled(connections: Connection[], clock: Pick<Clock, 'after'>): Promise<void> {
  const open = connections
    .flatMap(({ streams }) => streams)
    .filter((stream) => stream.protocol === SIGNALLING_PROTOCOL && stream.direction === 'inbound')
    .filter((stream) => stream.remoteWriteStatus !== 'closed')
  return new Promise((resolve) => {
    const stopTimer = clock.after(SIGNALLING_SETTLE_MS, resolve)
    Promise.all(open.map(remoteClosed)).then(() => {
      stopTimer()
      resolve()
    }, resolve)
  })
}

function remoteClosed(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    stream.addEventListener('remoteCloseWrite', () => resolve())
    stream.addEventListener('close', () => resolve())
  })
}
