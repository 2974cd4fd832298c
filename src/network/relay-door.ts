import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, Libp2p, Listener } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RelayDoor } from './relay-link.ts'
import { watchGrafts } from './watch-grafts.ts'

/** The part of libp2p's inside that makes a reservation on a relay of our choice; a libp2p service, so that it is handed in. */
export interface ListenControl {
  transportManager: {
    listen(addresses: Multiaddr[]): Promise<void>
    getListeners(): Listener[]
  }
}

export function listenControl({ transportManager }: ListenControl): ListenControl {
  return { transportManager }
}

export type RelayDoorNode = Libp2p<{ gossip: GossipSub; listen: ListenControl }>

/**
 * Our place on one relay: a connection, a reservation through which others can dial us, and gossip both ways.
 * libp2p could look for relays by itself, but then it would choose which, when, and how often to try.
 */
export function createRelayDoor(node: RelayDoorNode, relay: Multiaddr): RelayDoor {
  const { transportManager } = node.services.listen
  const lostListeners = new Set<() => void>()
  let reservation: Listener[] = []
  let dialling = false

  function lost(): void {
    for (const listener of lostListeners) listener()
  }

  async function release(): Promise<void> {
    const old = reservation
    reservation = []
    await Promise.allSettled(old.map((listener) => listener.close()))
  }

  async function reserve(): Promise<void> {
    const before = new Set(transportManager.getListeners())
    try {
      await transportManager.listen([relay.encapsulate('/p2p-circuit')])
    } catch (cause) {
      throw new Error('the relay gave no reservation', { cause })
    } finally {
      reservation = transportManager.getListeners().filter((listener) => !before.has(listener))
    }
    for (const listener of reservation) {
      // The listener loses its addresses when the connection goes or the reservation cannot be renewed.
      listener.addEventListener('listening', () => {
        if (reservation.includes(listener) && listener.getAddrs().length === 0) lost()
      })
    }
  }

  async function dial(signal: AbortSignal): Promise<Connection> {
    dialling = true
    try {
      return await node.dial(relay, { signal })
    } finally {
      dialling = false
    }
  }

  return {
    get dialling() {
      return dialling
    },
    async open(signal) {
      await release()
      const grafts = watchGrafts(node.services.gossip)
      let connection: Connection
      try {
        connection = await dial(signal)
        await reserve()
        signal.throwIfAborted()
        await grafts.heardBy(connection.remotePeer.toString(), signal)
      } finally {
        grafts.stop()
      }
      if (connection.status !== 'open') throw new Error('the relay closed the connection')
      connection.addEventListener('close', lost)
      return connection.remotePeer.toString()
    },
    onLost(listener) {
      lostListeners.add(listener)
      return () => lostListeners.delete(listener)
    },
  }
}
