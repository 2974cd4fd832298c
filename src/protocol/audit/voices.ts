import { type Cell, isExactPair } from '../evidence/cell.ts'
import type { CheckReport } from '../evidence/check-report.ts'
import { judgeCheck } from '../evidence/judge.ts'
import { findThresholds, type ThresholdTable, thresholdsVersionOf } from '../evidence/thresholds.ts'
import { bytesEqual, bytesToHex } from '../hash.ts'
import { type Bundle, bundleOutputIds, type Leg } from '../receipt/bundle.ts'
import type { Recomputation } from '../reputation/committee.ts'
import { randomnessOf } from '../selection/beacon.ts'
import type { DrawnVerifier } from '../selection/draw.ts'
import { drawProbes, PROBES, type Probe } from '../selection/probe-positions.ts'
import type { Attestation } from './attestation.ts'
import type { AuditRecord } from './audit-record.ts'
import type { Voice } from './conclude.ts'
import { drawnOf } from './fault-of-audit.ts'
import { probesHold } from './probes-hold.ts'

/** One drawn verifier, what it said, and why it may not count. */
export interface HeardVerifier {
  drawn: DrawnVerifier
  attestation: Attestation | null
  /** What counts of it. */
  voice: Voice
  fault: 'audit/silent' | 'audit/probes' | 'audit/contradiction' | null
}

/** Where each drawn verifier had to look, in the order of the draw. */
export function probesOf(bundle: Bundle, index: number, hiddenSize: number): Probe[][] {
  const { signed, round } = bundle.audits[index] as AuditRecord
  return drawnOf(bundle, index).map(({ entry }) =>
    drawProbes({
      randomness: randomnessOf(round),
      receiptHash: signed.call.receiptHash,
      verifierKey: entry.verifierKey,
      outputTokens: bundleOutputIds(bundle).length,
      hiddenSize,
      count: PROBES,
    }),
  )
}

/**
 * What the drawn verifiers of one audit said, and what of it counts: openings whose probes are those of the rows, judged by their own signed
 * numbers and this page's `thresholds`, not by their word. `own`: this device's values at the places of `probesOf`, all verifiers' in a
 * row, and its cell; null where it could not compute, so that nobody's can be compared.
 */
export function hear(
  bundle: Bundle,
  index: number,
  thresholds: ThresholdTable,
  own: { values: readonly number[]; cell: Cell } | null,
): HeardVerifier[] {
  const { reveals } = bundle.audits[index] as AuditRecord
  const providerCell = (bundle.legs.at(-1) as Leg).accept.cell
  let at = 0
  return drawnOf(bundle, index).map((drawn): HeardVerifier => {
    const { owner, verifierKey } = drawn.entry
    const expected = own?.values.slice(at, at + PROBES) ?? []
    at += PROBES
    const attestation = reveals.find((reveal) => bytesEqual(reveal.attestation.verifierKey, verifierKey))?.attestation
    const silent: Voice = { owner, isExact: false, verdict: 'silent', found: { kind: 'silent' } }
    if (attestation === undefined) return { drawn, attestation: null, voice: silent, fault: 'audit/silent' }
    const claimed = attestation.report?.probes ?? []
    // Without a computation there is nothing to show, and nothing is claimed either.
    const mayCompare = own !== null && attestation.report !== null
    if (mayCompare && !probesHold(claimed, expected, isExactPair(own.cell, attestation.cell))) {
      return { drawn, attestation, voice: silent, fault: 'audit/probes' }
    }
    const { verdict, isContradicted } = verdictOf(attestation, providerCell, thresholds)
    if (isContradicted) return { drawn, attestation, voice: silent, fault: 'audit/contradiction' }
    const found = recomputationOf(attestation, verdict, providerCell)
    return {
      drawn,
      attestation,
      voice: { owner, isExact: isExactPair(providerCell, attestation.cell), verdict, found },
      fault: null,
    }
  })
}

/**
 * What a verifier's numbers say by this page's rules. By equality they must say what the verifier does, and by thresholds too if they are of
 * this page's version. Without numbers only the evidence could be at fault, and everybody sees that for themselves.
 */
function verdictOf(
  { cell, verdict, report, thresholds }: Attestation,
  providerCell: Cell,
  table: ThresholdTable,
): { verdict: Attestation['verdict']; isContradicted: boolean } {
  if (report === null) return { verdict: 'inconclusive', isContradicted: verdict === 'pass' }
  const isExact = isExactPair(providerCell, cell)
  if (report.exactPair !== isExact) return { verdict, isContradicted: true }
  const limits = isExact ? null : findThresholds(table, providerCell, cell)
  const judged = judgeCheck(report, limits).verdict
  const isSameRule = isExact || thresholds === thresholdsVersionOf(table)
  return { verdict: judged, isContradicted: isSameRule && judged !== verdict }
}

/** What a verifier computed, in the words of a committee; of another cell's it only knows whether the numbers are honest. */
function recomputationOf(
  { cell, report }: Attestation,
  verdict: Attestation['verdict'],
  providerCell: Cell,
): Recomputation {
  if (report === null || verdict === 'inconclusive') return { kind: 'silent' }
  if (!isExactPair(providerCell, cell)) return { kind: verdict === 'pass' ? 'equal' : 'beyond-limits' }
  return differenceIn(report) ?? { kind: 'equal' }
}

function differenceIn({ firstDifference, firstTokenMismatch, firstChosen }: CheckReport): Recomputation | null {
  if (firstDifference !== null) {
    const { segment, rowsHash } = firstDifference
    return { kind: 'differs', segment, rowsHash: bytesToHex(rowsHash) }
  }
  if (firstTokenMismatch === null) return null
  return { kind: 'other-token', position: firstTokenMismatch, token: firstChosen ?? -1 }
}
