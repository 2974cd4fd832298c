import type { Verdict } from '../../protocol/evidence/judge.ts'
import { reasonInWords } from './reason-wording.ts'

export type Tone = 'pass' | 'fail' | 'unsure'

export interface VerdictWording {
  tone: Tone
  /** Two or three words beside the mark. */
  label: string
  /** The rule that led to it. */
  rule: string
}

export function verdictInWords(verdict: Verdict): VerdictWording {
  switch (verdict.verdict) {
    case 'pass':
      return {
        tone: 'pass',
        label: 'Checked, identical',
        rule: 'Exact: provider and checker are of one class, so every segment must agree bit for bit and every token must follow from the model, the seed and the settings. One difference would have rejected it.',
      }
    case 'fail': {
      const place =
        verdict.segment === null ? '' : ` First seen in segment ${verdict.segment + 1} (${verdict.statistic}).`
      return { tone: 'fail', label: 'Check failed', rule: `${reasonInWords(verdict.reason)}${place}` }
    }
    case 'inconclusive':
      return {
        tone: 'unsure',
        label: 'Not decided',
        rule: `${reasonInWords(verdict.reason)} Agreeing: ${verdict.statistic}.`,
      }
    default:
      return verdict satisfies never
  }
}
