import type { CalibrateState, ComparedPair } from '../../stores/index.ts'
import { inCount, inMeasure } from './amounts.ts'
import { cellInWords } from './cell-wording.ts'

export interface CalibrateWording {
  /** Read out when it changes; holds no running numbers. */
  status: string
  /** Numbers beside it. */
  detail: string
}

export function calibrateInWords(state: Exclude<CalibrateState, { state: 'failed' }>): CalibrateWording {
  switch (state.state) {
    case 'idle':
      return {
        status:
          'Devices of two kinds differ in their last digits. Measuring by how much, between this device and one processor thread, lets them check each other.',
        detail: 'It takes some minutes, and nothing is sent.',
      }
    case 'preparing':
      return {
        status: 'Preparing this device and the reference.',
        detail: 'Both are loaded and tested first, which takes minutes on a slow device.',
      }
    case 'running':
      return {
        status: 'Each answers questions, and the other checks the answers.',
        detail: `${state.done} of ${inCount(state.total, 'answer')} compared`,
      }
    case 'done':
      return { status: 'Compared. The measurements are signed by this device.', detail: '' }
    default:
      return state satisfies never
  }
}

/** Whose answers, checked by whom. */
export function directionInWords({ provider, checker }: ComparedPair): string {
  return `Answers of ${cellInWords(provider)}, checked on ${cellInWords(checker)}`
}

export interface MeasuredFact {
  name: string
  value: string
}

/** What a comparison measured: the worst of each, since limits are made of those. */
export function measuredFacts({ statistics, isKnown }: ComparedPair): readonly MeasuredFact[] {
  const { segments, exponentMismatches, mantissaMean, tokenMismatches } = statistics
  return [
    { name: 'Segments compared', value: segments.toLocaleString('en') },
    { name: 'Worst segment: largest numbers of another size, of 128', value: inMeasure(exponentMismatches.max) },
    { name: 'Worst segment: last digits apart, on average', value: inMeasure(mantissaMean.max) },
    { name: 'Worst segment: tokens chosen differently, of 32', value: inMeasure(tokenMismatches.max) },
    { name: 'Limits for this pair on this page', value: isKnown ? 'yes' : 'not yet' },
  ]
}
