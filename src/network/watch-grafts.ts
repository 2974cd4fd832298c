import type { GossipSub, GossipSubEvents } from '@libp2p/gossipsub'
import { GOSSIP_TOPIC_NAMES, GOSSIP_TOPICS } from './gossip-topics.ts'
import { toError } from './to-error.ts'

/** A peer that grafts nobody (it backs off from us, or is full) is content with less: what we publish still reaches it, what it hears comes as gossip. */
const MAX_HEARTBEATS_UNGRAFTED = 3

/** Begins before the connection, so that no graft is missed. */
interface Grafts {
  /**
   * Resolves once every topic flows both ways between us and `peer`. That it subscribed is not enough: gossipsub silently drops what is
   * published before its own outbound stream stands, and a peer outside our mesh passes nothing on. A graft needs both, whoever sent it.
   */
  heardBy(peer: string, signal: AbortSignal): Promise<void>
  stop(): void
}

export function watchGrafts(gossip: GossipSub): Grafts {
  const topics = GOSSIP_TOPIC_NAMES.map((topic) => GOSSIP_TOPICS[topic].id)
  const mesh = new Set<string>()
  let heartbeats = 0
  let check = (): void => {}
  const grafted = ({ detail }: GossipSubEvents['gossipsub:graft']): void => {
    mesh.add(`${detail.peerId} ${detail.topic}`)
    check()
  }
  const pruned = ({ detail }: GossipSubEvents['gossipsub:prune']): void =>
    void mesh.delete(`${detail.peerId} ${detail.topic}`)
  const beat = (): void => {
    heartbeats += 1
    check()
  }
  gossip.addEventListener('gossipsub:graft', grafted)
  gossip.addEventListener('gossipsub:prune', pruned)
  gossip.addEventListener('gossipsub:heartbeat', beat)

  return {
    heardBy(peer, signal) {
      heartbeats = 0
      const isMeshed = (): boolean => topics.every((topic) => mesh.has(`${peer} ${topic}`))
      const isSubscribed = (): boolean =>
        topics.every((topic) => gossip.getSubscribers(topic).some((subscriber) => subscriber.toString() === peer))
      return new Promise((resolve, reject) => {
        check = () => {
          if (isMeshed() || (heartbeats >= MAX_HEARTBEATS_UNGRAFTED && isSubscribed())) resolve()
        }
        signal.addEventListener('abort', () => reject(toError(signal.reason)), { once: true })
        check()
      })
    },
    stop() {
      gossip.removeEventListener('gossipsub:graft', grafted)
      gossip.removeEventListener('gossipsub:prune', pruned)
      gossip.removeEventListener('gossipsub:heartbeat', beat)
    },
  }
}
