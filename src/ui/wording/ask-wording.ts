import type { AskState } from '../../stores/index.ts'
import { inCount } from './amounts.ts'
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
        status: 'Waiting for the lot that draws who else checks it.',
        detail: '',
      }
    case 'attesting':
      return {
        status: 'Others, drawn by lot, are checking it too.',
        detail: `${state.committed} of ${state.verifiers} verdicts sealed, ${state.revealed} opened`,
      }
    case 'accepted':
      return { status: 'Checked.', detail: '' }
    case 'failed':
      return { status: state.error.message, detail: state.error.nextStep }
    default:
      return state satisfies never
  }
}

/** The marks of verifiers, for whoever does not see them. */
export function attestingInWords({
  verifiers,
  committed,
  revealed,
}: Extract<AskState, { state: 'attesting' }>): string {
  return `${inCount(verifiers, 'verifier')}: ${committed} with a sealed verdict, ${revealed} of them opened`
}

/** What pressing the button beside a running answer does. */
export function stopInWords({ state }: AskState): string {
  return isWithOthers(state) ? 'Don’t wait' : 'Stop'
}

/** Between the press and its effect. */
export function stoppingInWords({ state }: AskState): string {
  if (isWithOthers(state)) return 'Going on without the others.'
  return state === 'streaming' ? 'Stopping after this segment.' : 'Stopping.'
}

/** The answer is complete, and only what others think of it is still to come. */
function isWithOthers(state: AskState['state']): boolean {
  return state === 'drawing' || state === 'attesting'
}
