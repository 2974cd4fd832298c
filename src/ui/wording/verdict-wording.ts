import type { SettledBy } from '../../protocol/audit/conclude.ts'
import type { Verdict } from '../../protocol/evidence/judge.ts'
import type { Locus } from '../../stores/index.ts'
import { reasonInWords } from './reason-wording.ts'

export type Tone = 'pass' | 'fail' | 'unsure'

export interface VerdictWording {
  tone: Tone
  /** A few words beside the mark. */
  label: string
  /** The rule that led to it. */
  rule: string
}

/** Only equality may be called identical: every other pass says on whose word, or by which measure. */
const PASSES: Record<SettledBy, Omit<VerdictWording, 'tone'>> = {
  'own-equality': {
    label: 'Checked, identical',
    rule: 'Exact: provider and checker are of one class, so every segment must agree bit for bit and every token must follow from the model, the seed and the settings. One difference would have rejected it.',
  },
  'own-thresholds': {
    label: 'Checked, within honest limits',
    rule: 'By limits: provider and checker are of two classes, whose last digits differ. No segment is further off than twice the worst that honest devices of these two classes showed when they were measured.',
  },
  attestations: {
    label: 'Checked by others',
    rule: 'By the word of others: this device could not tell, and somebody who was drawn by lot, and knew numbers that only computing gives, found it right. Nobody found it wrong.',
  },
  committee: {
    label: 'Cleared by a committee',
    rule: 'By committee: after an alarm many others were drawn by lot, and at least four in five of their seats computed it again and found it right.',
  },
  nobody: { label: 'Not checked', rule: 'Nobody whose word counts has checked it.' },
}

const FAILS: Record<SettledBy, string> = {
  'own-equality': 'Check failed',
  'own-thresholds': 'Beyond honest limits',
  attestations: 'Found wrong by others',
  committee: 'Found wrong by a committee',
  nobody: 'Check failed',
}

export function verdictInWords({ verdict, settledBy }: Pick<Locus, 'verdict' | 'settledBy'>): VerdictWording {
  switch (verdict.verdict) {
    case 'pass':
      return { tone: 'pass', ...PASSES[settledBy] }
    case 'fail':
      return { tone: 'fail', label: FAILS[settledBy], rule: failureInWords(verdict) }
    case 'inconclusive': {
      const statistic = verdict.statistic === '' ? '' : ` Found: ${verdict.statistic}.`
      const label = verdict.reason === 'check/disputed' ? 'Disputed' : 'Not decided'
      return { tone: 'unsure', label, rule: `${reasonInWords(verdict.reason)}${statistic}` }
    }
    default:
      return verdict satisfies never
  }
}

function failureInWords({ reason, segment, statistic }: Extract<Verdict, { verdict: 'fail' }>): string {
  const because = reasonInWords(reason)
  if (segment !== null) return `${because} First seen in segment ${segment + 1} (${statistic}).`
  return reason === 'audit/attested-fail' ? `${because} Found: ${statistic}.` : because
}

const SETTLED_BY: Record<SettledBy, string> = {
  'own-equality': 'It rests on this device, which looked for itself.',
  'own-thresholds': 'It rests on this device, and on limits that were measured.',
  attestations: 'It rests on the word of others, who were drawn by lot.',
  committee: 'It rests on the word of a committee, drawn by lot.',
  nobody: 'It rests on nobody’s word but that of whoever computed it.',
}

/** On whose word the verdict rests. */
export function settledByInWords({ settledBy }: Pick<Locus, 'settledBy'>): string {
  return SETTLED_BY[settledBy]
}
