import type { ConnectionInfo } from '../../stores/index.ts'

/** A continuation: empty when an imported bundle does not know how the answer travelled. */
export function overConnection(connection: ConnectionInfo | null): string {
  return connection === null ? '' : ` over ${connectionInWords(connection)}`
}

function connectionInWords({ transport, limited }: ConnectionInfo): string {
  if (limited || transport === 'circuit') return 'a connection through the relay'
  switch (transport) {
    case 'webrtc':
    case 'webrtc-direct':
      return 'a direct WebRTC connection'
    case 'websocket':
      return 'a WebSocket connection'
    case 'memory':
      return 'a connection inside this process'
    default:
      return transport satisfies never
  }
}
