import { type Locus, type LocusLeg, segmentsEqualIn } from '../../stores/index.ts'
import { cellInWords } from './cell-wording.ts'
import { overConnection } from './connection-wording.ts'
import { providerName } from './provider-name.ts'
import { reasonInWords } from './reason-wording.ts'

/** The locus in one breath: who computed, where, over what connection, and what this device found. */
export function locusInWords(locus: Locus): string {
  return `${computedInWords(locus.legs)} ${checkedInWords(locus)}`
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

export function checkedInWords(locus: Locus): string {
  const { checkedBy, report, verdict } = locus
  if (checkedBy.kind === 'nobody') return `Not checked: ${lowerFirst(checkedBy.reason)}`
  if (report === null) return 'This device stopped before it re-computed anything.'
  const tokens = `${report.tokensMatched} of ${report.tokens} tokens`
  if (verdict.verdict === 'inconclusive') {
    return `Re-computed on this device, which is of another class: ${tokens} come out the same, and no bits can be compared.`
  }
  const equal = segmentsEqualIn(report)
  if (verdict.verdict === 'fail') {
    const segments = `${equal} of ${report.segments.length} segment hashes are equal`
    return `Re-checked on this device, and it does not hold: ${tokens} follow from the model, ${segments}. ${reasonInWords(verdict.reason)}`
  }
  return `Re-checked on this device: ${tokens} and ${equal} of ${report.segments.length} segments identical.`
}

function inList(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
