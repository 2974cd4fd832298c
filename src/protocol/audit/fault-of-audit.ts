import type { AuditErrorCode } from '../errors.ts'
import { cellId } from '../evidence/cell.ts'
import { bytesEqual, bytesToHex } from '../hash.ts'
import { type Bundle, bundleHashOf, evidenceOf, type Leg } from '../receipt/bundle.ts'
import { isSignedBy } from '../receipt/signature.ts'
import { receiptDigest } from '../receipt/typed-data.ts'
import { type DrandChain, randomnessOf, roundTimeMs } from '../selection/beacon.ts'
import { type DrawnVerifier, drawVerifiers } from '../selection/draw.ts'
import { isPopulated } from '../selection/exact-cell.ts'
import { isAudited } from '../selection/lottery.ts'
import { PROBES } from '../selection/probe-positions.ts'
import { rosterHash } from '../selection/roster.ts'
import { attestationCommitmentOf, attestationDigest, commitmentDigest, type Reveal } from './attestation.ts'
import { auditCallDigest } from './audit-call.ts'
import type { AuditRecord } from './audit-record.ts'

/** Null when nothing is wrong with how the audit was held; else the first thing that is. Remote input: never throws. */
export type AuditFault = { code: AuditErrorCode; message: string } | null

/** Of every audit, for whoever is drawn over all cells: a cell that somebody has filled does not judge its own all by itself. */
const OPEN_SEATS = 1

export interface AuditWorld {
  /** The chains whose draws this page believes, by their hash. */
  chains: readonly DrandChain[]
  /** Whether the chain's operators signed this round; BLS is heavy, so its module is the caller's to load. */
  isBeaconRound(chain: DrandChain, round: AuditRecord['round']): boolean
}

/**
 * How the audit at `index` of the bundle was held (protocol.md §5.6), in the order call, roster, beacon, lottery, draw, commitments, reveals.
 * It says nothing of the verdicts that came out.
 */
export function faultOfAudit(bundle: Bundle, index: number, world: AuditWorld): AuditFault {
  const audit = bundle.audits[index] as AuditRecord
  const { call } = audit.signed
  return (
    faultOfCall(bundle, index) ??
    faultOfBeacon(audit, world) ??
    (call.previous === null && !wasAudited(audit) && audit.commitments.length + audit.reveals.length > 0
      ? fault('audit/not-drawn', 'The lottery did not fall on this answer, yet somebody attests to it.')
      : null) ??
    faultOfAttestations(bundle, index)
  )
}

/** Whether the answer was to be checked by others: a committee always, else by the lottery. */
export function wasAudited({ signed, round }: AuditRecord): boolean {
  const { previous, receiptHash, rateMillionths } = signed.call
  return previous !== null || isAudited(randomnessOf(round), receiptHash, rateMillionths)
}

/** Who was drawn, in order, recomputed from what the record says (protocol.md §5.6). */
export function drawnOf(bundle: Bundle, index: number): DrawnVerifier[] {
  const audit = bundle.audits[index] as AuditRecord
  if (!wasAudited(audit)) return []
  const last = lastLeg(bundle)
  const providerCell = cellId(last.accept.cell)
  const providers = bundle.legs.map((leg) => leg.accept.providerKey)
  const excludedKeys = [...providers, last.request.requesterKey]
  // A committee is drawn among those who have not spoken yet.
  if (index > 0) excludedKeys.push(...drawnOf(bundle, index - 1).map(({ entry }) => entry.verifierKey))
  const isExcluded = (key: Uint8Array): boolean => excludedKeys.some((other) => bytesEqual(other, key))
  const excludedOwners = audit.roster.filter((entry) => isExcluded(entry.verifierKey)).map((entry) => entry.owner)
  return drawVerifiers({
    randomness: randomnessOf(audit.round),
    receiptHash: audit.signed.call.receiptHash,
    roster: audit.roster,
    excludedKeys,
    excludedOwners,
    count: audit.signed.call.verifiers,
    openSeats: OPEN_SEATS,
    // In a cell with few members the provider's friends may be all of them: then everybody judges it.
    ...(isPopulated(audit.roster, providerCell) && { preferredCellId: providerCell }),
  })
}

/** Whether an audit had more seats than there was anybody to draw: then everybody has spoken, and no committee of others is left. */
export function hasDrawnEverybody(bundle: Bundle, index: number): boolean {
  const audit = bundle.audits[index] as AuditRecord
  return wasAudited(audit) && drawnOf(bundle, index).length < audit.signed.call.verifiers
}

/** The answer's last receipt, which names the answer in every call. Null where nobody signed one. */
export function receiptHashOf(bundle: Bundle): Uint8Array | null {
  const { signed } = lastLeg(bundle)
  return signed === null ? null : receiptDigest(signed.receipt)
}

function faultOfCall(bundle: Bundle, index: number): AuditFault {
  const { signed, roster } = bundle.audits[index] as AuditRecord
  const { call, signature } = signed
  const previous = index === 0 ? null : auditCallDigest((bundle.audits[index - 1] as AuditRecord).signed.call)
  const receiptHash = receiptHashOf(bundle)
  const isOfAnswer =
    receiptHash !== null &&
    bytesEqual(call.receiptHash, receiptHash) &&
    bytesEqual(call.bundleHash, bundleHashOf(evidenceOf(bundle))) &&
    bytesEqual(call.requesterKey, lastLeg(bundle).request.requesterKey)
  if (!isOfAnswer) return fault('audit/other-answer', 'The audit was called for another answer.')
  const isNextStage =
    previous === null ? call.previous === null : call.previous !== null && bytesEqual(call.previous, previous)
  if (!isNextStage) return fault('audit/other-answer', 'The audit does not follow from the one before it.')
  if (!isSignedBy(call.requesterKey, auditCallDigest(call), signature)) {
    return fault('audit/signature', 'The call is not signed by the one who asked.')
  }
  const hash = rosterHash(roster)
  if (hash === null || !bytesEqual(hash, call.rosterHash)) {
    return fault('audit/roster', 'The list of those who could be drawn is not the one that was signed before the draw.')
  }
  return null
}

function faultOfBeacon({ signed, round }: AuditRecord, { chains, isBeaconRound }: AuditWorld): AuditFault {
  const { call } = signed
  const chain = chains.find(({ chainHash }) => chainHash === call.beaconChain)
  if (chain === undefined)
    return fault('audit/unknown-beacon', 'The draw rests on a beacon that this page does not know.')
  if (round.round !== call.beaconRound || !isBeaconRound(chain, round)) {
    return fault('audit/beacon', 'The beacon did not sign this round.')
  }
  // Who knows the round before signing the call can choose what it draws.
  if (roundTimeMs(chain, call.beaconRound) <= call.issuedAt) {
    return fault('audit/beacon', 'The round was public before the answer was committed to.')
  }
  return null
}

function faultOfAttestations(bundle: Bundle, index: number): AuditFault {
  const { signed, commitments, reveals } = bundle.audits[index] as AuditRecord
  const callHash = auditCallDigest(signed.call)
  const drawn = drawnOf(bundle, index).map(({ entry }) => entry.verifierKey)
  const seen: Uint8Array[] = []
  for (const commitment of commitments) {
    const { verifierKey, signature } = commitment
    const isDrawn = drawn.some((key) => bytesEqual(key, verifierKey))
    if (!isDrawn || seen.some((key) => bytesEqual(key, verifierKey))) {
      return fault('audit/not-drawn', 'Somebody who was not drawn, or twice the same, has committed to a verdict.')
    }
    if (
      !bytesEqual(commitment.callHash, callHash) ||
      !isSignedBy(verifierKey, commitmentDigest(commitment), signature)
    ) {
      return fault('audit/signature', 'A commitment is not signed by its verifier, or for another audit.')
    }
    seen.push(verifierKey)
  }
  for (const reveal of reveals) {
    const commitment = commitments.find(({ verifierKey }) => bytesEqual(verifierKey, reveal.attestation.verifierKey))
    const found = commitment === undefined ? NOT_COMMITTED : faultOfReveal(reveal, commitment.commitment)
    if (found !== null) return found
    const { attestation } = reveal
    const isOfCall =
      bytesEqual(attestation.callHash, callHash) && bytesEqual(attestation.receiptHash, signed.call.receiptHash)
    if (!isOfCall) return fault('audit/other-answer', 'A verdict is about another answer.')
  }
  if (new Set(reveals.map(({ attestation }) => bytesToHex(attestation.verifierKey))).size !== reveals.length) {
    return fault('audit/not-drawn', 'A verifier has revealed two verdicts.')
  }
  return null
}

const NOT_COMMITTED: AuditFault = {
  code: 'audit/commitment',
  message: 'A verdict was revealed that nobody had committed to.',
}

/** One verifier's opening against its commitment: its signature, and that a verdict carries the numbers it rests on. */
export function faultOfReveal(reveal: Reveal, commitment: Uint8Array): AuditFault {
  const { attestation, salt, signature } = reveal
  if (!bytesEqual(attestationCommitmentOf(attestation, salt), commitment)) {
    return fault('audit/commitment', 'A verdict is not the one that its verifier had committed to.')
  }
  if (!isSignedBy(attestation.verifierKey, attestationDigest(attestation), signature)) {
    return fault('audit/signature', 'A verdict is not signed by its verifier.')
  }
  const { verdict, report, reason } = attestation
  if (verdict === 'pass' && (report?.probes.length !== PROBES || reason !== '')) {
    return fault('audit/probes', 'A verdict comes without the numbers that only a computation gives.')
  }
  return null
}

function lastLeg(bundle: Bundle): Leg {
  return bundle.legs.at(-1) as Leg
}

function fault(code: AuditErrorCode, message: string): AuditFault {
  return { code, message }
}
