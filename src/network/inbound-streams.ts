import type { StreamLimits } from './network-limits.ts'

export interface InboundStreams {
  /** Admits one more stream of this peer, and gives the undo; null when a cap is reached. */
  admit(peerId: string): (() => void) | null
}

/** Counts inbound streams of one protocol over all connections of a peer; libp2p's own cap is per connection. */
export function createInboundStreams({ inboundPerPeer, inbound }: StreamLimits): InboundStreams {
  const perPeer = new Map<string, number>()
  let total = 0

  return {
    admit(peerId) {
      const mine = perPeer.get(peerId) ?? 0
      if (mine >= inboundPerPeer || total >= inbound) return null
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
