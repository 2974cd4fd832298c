import type { Verdict } from '../../protocol/evidence/judge.ts'
import { type Locus, type LocusLeg, segmentsEqualIn } from '../../stores/index.ts'
import { auditsInWords } from './audit-wording.ts'
import { cellInWords } from './cell-wording.ts'
import { overConnection } from './connection-wording.ts'
import { inList } from './in-list.ts'
import { lowerFirst } from './lower-first.ts'
import { providerName } from './provider-name.ts'
import { reasonInWords } from './reason-wording.ts'

/** The locus in one breath: who computed, where, over what connection, what this device found, and what others did. */
export function locusInWords(locus: Locus): string {
  return [computedInWords(locus.legs), checkedInWords(locus), auditsInWords(locus)]
    .filter((part) => part !== '')
    .join(' ')
}

export function computedInWords(legs: readonly LocusLeg[]): string {
  const [first, ...others] = legs
  if (first === undefined) return 'Nobody computed anything.'
  const begun = `${providerName(first)} on ${cellInWords(first.cell)}${overConnection(first.connection)}`
  if (others.length === 0) return `Computed by ${begun}.`
  const continued = others.map(
    (leg) => `at token ${leg.firstToken + 1} by ${providerName(leg)} on ${cellInWords(leg.cell)}`,
  )
  return `Begun by ${begun}, and continued ${inList(continued)} with the same seed.`
}

/** What this device found by itself. */
export function checkedInWords({ checkedBy, report, own }: Locus): string {
  if (checkedBy.kind === 'nobody') return `Not checked here: ${lowerFirst(checkedBy.reason)}`
  if (report === null) return 'This device stopped before it re-computed anything.'
  const tokens = `${report.tokensMatched} of ${report.tokens} tokens`
  if (!report.exactPair) return `${ofAnotherClass(tokens)}, ${byLimitsInWords(own)}`
  const equal = segmentsEqualIn(report)
  if (own.verdict === 'fail') {
    const segments = `${equal} of ${report.segments.length} segment hashes are equal`
    return `Re-checked on this device, and it does not hold: ${tokens} follow from the model, ${segments}. ${reasonInWords(own.reason)}`
  }
  return `Re-checked on this device: ${tokens} and ${equal} of ${report.segments.length} segments identical.`
}

function ofAnotherClass(tokens: string): string {
  return `Re-computed on this device, which is of another class: ${tokens} come out the same`
}

function byLimitsInWords(own: Verdict): string {
  switch (own.verdict) {
    case 'pass':
      return 'and all numbers stay within what honest devices of these two classes showed.'
    case 'fail':
      return `but it does not hold. ${reasonInWords(own.reason)}`
    case 'inconclusive':
      return 'and no bits can be compared.'
    default:
      return own satisfies never
  }
}
