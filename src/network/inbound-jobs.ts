import { MAX_INBOUND_JOBS, MAX_INBOUND_JOBS_PER_PEER } from './network-limits.ts'

export interface InboundJobs {
  /** Admits one more stream of this peer, and gives the undo; null when a cap is reached. */
  admit(peerId: string): (() => void) | null
}

/** Counts inbound job streams over all connections of a peer; libp2p's own cap is per connection. */
export function createInboundJobs(): InboundJobs {
  const perPeer = new Map<string, number>()
  let total = 0

  return {
    admit(peerId) {
      const mine = perPeer.get(peerId) ?? 0
      if (mine >= MAX_INBOUND_JOBS_PER_PEER || total >= MAX_INBOUND_JOBS) return null
      perPeer.set(peerId, mine + 1)
      total += 1
      let counted = true
      return () => {
        if (!counted) return
        counted = false
        total -= 1
        const left = (perPeer.get(peerId) ?? 1) - 1
        if (left === 0) perPeer.delete(peerId)
        else perPeer.set(peerId, left)
      }
    },
  }
}
