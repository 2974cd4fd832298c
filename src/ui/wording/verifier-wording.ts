import type { LocusVerifier } from '../../stores/index.ts'
import { cellInWords } from './cell-wording.ts'
import { isReason, reasonInWords } from './reason-wording.ts'
import type { Tone } from './verdict-wording.ts'

/** `none`: it has said nothing that counts. */
export type VerifierTone = Tone | 'none'

export interface VerifierWording {
  tone: VerifierTone
  /** A few words: what it found. */
  found: string
  /** On what it computed, and whether it compared bits. Empty where it showed nothing. */
  device: string
}

export function verifierInWords({ outcome, isExact, cell }: LocusVerifier): VerifierWording {
  const device = cell === null ? '' : `${cellInWords(cell)}, ${isExact ? 'bit for bit' : 'by limits'}`
  switch (outcome) {
    case 'pass':
      return { tone: 'pass', found: isExact ? 'found it identical' : 'found it within honest limits', device }
    case 'fail':
      return { tone: 'fail', found: 'found it wrong', device }
    case 'inconclusive':
      return { tone: 'unsure', found: 'could not tell', device }
    case 'silent':
      return { tone: 'none', found: 'did not answer', device }
    case 'faulty':
      return { tone: 'none', found: 'showed wrong numbers', device }
    default:
      return outcome satisfies never
  }
}

/** Why it found what it found, as a sentence; empty where there is nothing to explain. */
export function verifierReasonInWords({ reason }: LocusVerifier): string {
  return isReason(reason) ? reasonInWords(reason) : ''
}
