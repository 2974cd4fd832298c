import type { ConnectionGater, Libp2p, MultiaddrConnection } from '@libp2p/interface'
import { mendWebSocketReset } from '../../src/network/websocket-reset.ts'
import { MAX_CONNECTIONS_PER_PEER } from './relay-limits.ts'

export interface RelayGateOptions {
  maxConnectionsPerHost: number
  /** The node that the gate is for; it exists by the time anyone connects. */
  node: () => Pick<Libp2p, 'getConnections'> | null
}

/** The relay is dialled and never dials; one host and one peer hold a bounded share of it. */
export function createRelayGate({ maxConnectionsPerHost, node }: RelayGateOptions): ConnectionGater {
  const connections = () => node()?.getConnections() ?? []
  return {
    denyDialPeer: () => true,
    denyDialMultiaddr: () => true,
    denyInboundConnection: (incoming: MultiaddrConnection) => {
      mendWebSocketReset(incoming)
      const host = hostOf(incoming)
      return connections().filter((connection) => hostOf(connection) === host).length >= maxConnectionsPerHost
    },
    denyInboundEncryptedConnection: (peer) =>
      connections().filter(({ remotePeer }) => remotePeer.equals(peer)).length >= MAX_CONNECTIONS_PER_PEER,
  }
}

/** The first component of an address: `ip4` or `ip6` of the socket. */
function hostOf({ remoteAddr }: Pick<MultiaddrConnection, 'remoteAddr'>): string {
  return remoteAddr.getComponents()[0]?.value ?? ''
}
