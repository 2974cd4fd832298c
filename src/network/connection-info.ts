import type { Connection } from '@libp2p/interface'
import type { ConnectionInfo } from '../participant/ports.ts'

/** A WebRTC connection found through a relay keeps `/p2p-circuit` in its address, so `webrtc` is looked for first. */
export function connectionInfo(connection: Pick<Connection, 'remoteAddr' | 'limits'>): ConnectionInfo {
  const names = new Set(connection.remoteAddr.getComponents().map(({ name }) => name))
  return {
    transport: transportOf(names),
    limited: connection.limits !== undefined,
    remoteAddr: connection.remoteAddr.toString(),
  }
}

function transportOf(names: ReadonlySet<string>): ConnectionInfo['transport'] {
  if (names.has('webrtc-direct')) return 'webrtc-direct'
  if (names.has('webrtc')) return 'webrtc'
  if (names.has('p2p-circuit')) return 'circuit'
  if (names.has('memory')) return 'memory'
  return 'websocket'
}
