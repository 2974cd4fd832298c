import type { Reveal, SignedCommitment } from '../protocol/audit/attestation.ts'
import { commitmentDigest } from '../protocol/audit/attestation.ts'
import { type AuditCall, auditCallDigest } from '../protocol/audit/audit-call.ts'
import type { AuditRecord } from '../protocol/audit/audit-record.ts'
import { drawnOf, faultOfReveal, receiptHashOf } from '../protocol/audit/fault-of-audit.ts'
import { CodedError } from '../protocol/errors.ts'
import { bytesEqual } from '../protocol/hash.ts'
import { type Bundle, evidenceOf } from '../protocol/receipt/bundle.ts'
import { isSignedBy } from '../protocol/receipt/signature.ts'
import { nextRoundAfter, roundTimeMs } from '../protocol/selection/beacon.ts'
import { type Roster, rosterHash } from '../protocol/selection/roster.ts'
import { encodeCbor } from '../protocol/wire/codec.ts'
import type { EvidenceShelf } from './evidence-shelf.ts'
import type { Beacon, Clock, Network, SessionKey } from './ports.ts'
import { openVerifierDialogue, type VerifierDialogue } from './verifier-dialogue.ts'

export interface AuditPorts {
  network: Pick<Network, 'openStream'>
  beacon: Beacon
  shelf: Pick<EvidenceShelf, 'put'>
  sessionKey: SessionKey
  clock: Pick<Clock, 'now' | 'after'>
}

export interface AuditPlan {
  /** Whole and signed; its audits are those before this one. */
  bundle: Bundle
  rateMillionths: number
  /** Seats. */
  verifiers: number
  roster: Roster
}

export type AuditProgress =
  | { state: 'drawing'; round: number; dueAt: number }
  | { state: 'attesting'; verifiers: number; committed: number; revealed: number }

/**
 * One audit, from the requester's side (protocol.md §5.6): sign the call, wait for its beacon round, draw, collect commitments, then openings.
 * What comes back is a record of what happened, whatever that was; verifiers that kept silent are missing in it. What their signatures
 * do not cover was never said. Errors: `beacon/*`, `evidence/too-large`, and whatever `signal` aborts with.
 */
export async function holdAudit(
  ports: AuditPorts,
  plan: AuditPlan,
  onProgress: (progress: AuditProgress) => void,
  signal?: AbortSignal,
): Promise<AuditRecord> {
  const { beacon, clock, sessionKey, shelf } = ports
  const evidence = evidenceOf(plan.bundle)
  const issuedAt = clock.now()
  const previous = plan.bundle.audits.at(-1)
  const call: AuditCall = {
    version: 1,
    receiptHash: requireReceipt(plan.bundle),
    bundleHash: shelf.put(encodeCbor(evidence)),
    beaconChain: beacon.chain.chainHash,
    beaconRound: nextRoundAfter(beacon.chain, issuedAt),
    rateMillionths: plan.rateMillionths,
    rosterHash: requireRosterHash(plan.roster),
    verifiers: plan.verifiers,
    previous: previous === undefined ? null : auditCallDigest(previous.signed.call),
    requesterKey: sessionKey.publicKey,
    issuedAt,
  }
  const callHash = auditCallDigest(call)
  const signed = { call, signature: await sessionKey.sign(callHash) }
  onProgress({ state: 'drawing', round: call.beaconRound, dueAt: roundTimeMs(beacon.chain, call.beaconRound) })
  const round = await beacon.round(call.beaconRound, signal)
  const record: AuditRecord = { signed, roster: plan.roster, round, commitments: [], reveals: [] }
  const bundle: Bundle = { ...plan.bundle, audits: [...plan.bundle.audits, record] }
  const drawn = drawnOf(bundle, bundle.audits.length - 1).map(({ entry }) => entry)
  if (drawn.length === 0) return record

  const dialogues = drawn.map((entry) =>
    openVerifierDialogue(
      ports,
      entry,
      { type: 'audit', signed, roster: plan.roster, round, before: previous ?? null },
      signal,
    ),
  )
  try {
    await collect(record, dialogues, callHash, (committed, revealed) =>
      onProgress({ state: 'attesting', verifiers: drawn.length, committed, revealed }),
    )
  } finally {
    for (const dialogue of dialogues) dialogue.close()
  }
  signal?.throwIfAborted()
  return record
}

/** Fills the record in the order of the draw, so that it does not tell who was fast. */
async function collect(
  record: AuditRecord,
  dialogues: readonly VerifierDialogue[],
  callHash: Uint8Array,
  onProgress: (committed: number, revealed: number) => void,
): Promise<void> {
  let [committed, revealed] = [0, 0]
  onProgress(committed, revealed)
  const commitments = await Promise.all(
    dialogues.map(async (dialogue) => {
      const commitment = await dialogue.commitment()
      if (commitment === null || !isCommitted(commitment, callHash)) return null
      onProgress(++committed, revealed)
      return commitment
    }),
  )
  record.commitments.push(...commitments.filter((commitment) => commitment !== null))
  const reveals = await Promise.all(
    dialogues.map(async (dialogue, i): Promise<Reveal | null> => {
      const commitment = commitments[i] ?? null
      if (commitment === null) return null
      const reveal = await dialogue.reveal(record.commitments)
      if (reveal === null || !isOpeningOf(reveal, commitment, record)) return null
      onProgress(committed, ++revealed)
      return reveal
    }),
  )
  record.reveals.push(...reveals.filter((reveal) => reveal !== null))
}

function isCommitted(commitment: SignedCommitment, callHash: Uint8Array): boolean {
  const { verifierKey, signature } = commitment
  return bytesEqual(commitment.callHash, callHash) && isSignedBy(verifierKey, commitmentDigest(commitment), signature)
}

function isOpeningOf(reveal: Reveal, { commitment, callHash }: SignedCommitment, { signed }: AuditRecord): boolean {
  const { attestation } = reveal
  return (
    bytesEqual(attestation.callHash, callHash) &&
    bytesEqual(attestation.receiptHash, signed.call.receiptHash) &&
    faultOfReveal(reveal, commitment) === null
  )
}

function requireReceipt(bundle: Bundle): Uint8Array {
  const hash = receiptHashOf(bundle)
  if (hash === null) {
    throw new CodedError({
      code: 'receipt/missing',
      message: 'Nobody has signed for this answer yet, so nobody can attest to it.',
      nextStep: 'Wait until the answer is complete.',
    })
  }
  return hash
}

function requireRosterHash(roster: Roster): Uint8Array {
  const hash = rosterHash(roster)
  if (hash === null) throw new TypeError('a roster holds each key once')
  return hash
}
