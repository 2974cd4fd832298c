import type { ContributeState } from '../../stores/index.ts'
import { inCount, inMegabytes, megabytesOf } from './amounts.ts'

export interface ContributeWording {
  /** The sentence that is read out when the state changes: no running numbers in it. */
  status: string
  /** Numbers and next steps, shown beside it. */
  detail: string
  /** What pressing the one button does. A pause ends by itself, so only stopping is left to the person. */
  action: 'Contribute' | 'Cancel' | 'Stop' | 'Try again'
}

export function contributeInWords(state: ContributeState, missingBytes: number | null): ContributeWording {
  switch (state.state) {
    case 'idle':
      return { status: 'Not contributing.', detail: firstDownload(missingBytes), action: 'Contribute' }
    case 'downloading':
      return {
        status: 'Downloading the model.',
        detail: `${megabytesOf(state.haveBytes, state.totalBytes)}. Every piece is verified as it arrives.`,
        action: 'Cancel',
      }
    case 'preparing':
      return { ...preparing(state.stage), action: 'Cancel' }
    case 'connecting':
      return { status: 'Connecting to the network.', detail: 'The model is ready on this device.', action: 'Stop' }
    case 'ready':
      return { status: 'Ready.', detail: 'Waiting for somebody to ask.', action: 'Stop' }
    case 'serving':
      return { ...serving(state), action: 'Stop' }
    case 'paused':
      return { status: `Paused. ${state.reason}`, detail: state.nextStep, action: 'Stop' }
    case 'failed':
      return { status: state.error.message, detail: state.error.nextStep, action: 'Try again' }
    default:
      return state satisfies never
  }
}

function serving({ jobs, tokens }: Extract<ContributeState, { state: 'serving' }>): Omit<ContributeWording, 'action'> {
  const soFar = `${inCount(tokens, 'token')} so far.`
  if (jobs === 1) return { status: 'Answering somebody now.', detail: soFar }
  return { status: 'Answering several people now.', detail: `${inCount(jobs, 'answer')} at once, ${soFar}` }
}

function firstDownload(missingBytes: number | null): string {
  if (missingBytes === null) return 'Nothing runs until you press Contribute.'
  if (missingBytes === 0) return 'The model is on this device. Nothing runs until you press Contribute.'
  return `Nothing runs until you press Contribute. It begins with a download of ${inMegabytes(missingBytes)}.`
}

function preparing(stage: Extract<ContributeState, { state: 'preparing' }>['stage']): {
  status: string
  detail: string
} {
  switch (stage) {
    case 'reading':
      return { status: 'Reading the model.', detail: 'Every piece is verified again as it is read.' }
    case 'preparing':
      return { status: 'Preparing the model.', detail: 'Unpacking it for this device.' }
    case 'compiling':
      return { status: 'Preparing the model.', detail: 'Compiling it for this device.' }
    case 'self-test':
      return {
        status: 'Testing this device.',
        detail: 'It answers questions whose answers are known, before it may serve.',
      }
    default:
      return stage satisfies never
  }
}

/** What this device did for answers of others. */
export function attestationsInWords(attestations: number): string {
  return attestations === 0
    ? 'No answers of others checked yet'
    : `Checked ${inCount(attestations, 'answer')} of others`
}
