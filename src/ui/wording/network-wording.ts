import type { NetworkStatus } from '../../stores/index.ts'
import { inCount } from './amounts.ts'
import { shortId } from './short-id.ts'

export function networkInWords(status: NetworkStatus): string {
  switch (status.state) {
    case 'offline':
      return 'Not connected. Locus connects when you contribute or ask.'
    case 'connecting':
      return 'Connecting to the relay.'
    case 'online':
      return `Online through relay ${shortId(status.relayPeer)}, ${inCount(status.peers, 'peer')} connected.`
    case 'unreachable':
      return `${status.message} ${status.nextStep}`
    default:
      return status satisfies never
  }
}
