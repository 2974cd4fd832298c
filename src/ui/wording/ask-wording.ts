import type { AskState } from '../../stores/index.ts'
import { shortId } from './short-id.ts'

export interface AskWording {
  /** Read out when it changes; holds no running numbers. */
  status: string
  /** Shown beside it, not read out. */
  detail: string
}

export function askInWords(state: AskState): AskWording {
  switch (state.state) {
    case 'finding':
      return { status: state.reason, detail: '' }
    case 'negotiating':
      return { status: `Agreeing on a seed with peer ${shortId(state.peerId)}.`, detail: '' }
    case 'streaming':
      return {
        status: `Written by peer ${shortId(state.peerId)}. Not checked yet.`,
        detail: `${state.tokens} tokens, ${state.committed} committed`,
      }
    case 'resuming':
      return {
        status: `Peer ${shortId(state.lostPeer)} went away. Looking for another to go on from where it stopped.`,
        detail: `from token ${state.from + 1}`,
      }
    case 'checking':
      return { status: 'Re-computing the answer on this device.', detail: '' }
    case 'drawing':
      return {
        status: 'It holds here. Waiting for the number, unknown to all until then, that draws who else checks it.',
        detail: `round ${state.round}`,
      }
    case 'attesting':
      return {
        status: 'Others who were drawn by lot are checking it too.',
        detail: `${state.committed} of ${state.verifiers} have committed to a verdict, ${state.revealed} have shown it`,
      }
    case 'accepted':
      return { status: 'Checked.', detail: '' }
    case 'failed':
      return { status: state.error.message, detail: state.error.nextStep }
    default:
      return state satisfies never
  }
}
