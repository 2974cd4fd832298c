import { freeTerms } from '../protocol/channel/payment-terms.ts'
import { isExactPair } from '../protocol/evidence/cell.ts'
import { taggedHash } from '../protocol/hash.ts'
import { firstRunningHash, jobIdOf, nextRunningHash, promptHashOf, seedOf } from '../protocol/job/job.ts'
import { type Bundle, evidenceOf, type Leg } from '../protocol/receipt/bundle.ts'
import { receiptDigest, segmentDigest } from '../protocol/receipt/typed-data.ts'
import type { SignedSegment } from '../protocol/wire/job-messages.ts'
import type { Random, SessionKey } from './ports.ts'

/** One audit in so many is of an answer that is known to be wrong (protocol.md §5.9). */
const CANARY_ONE_IN = 1_000

/** Whether this audit is to be a canary: chance of one's own, which nobody else can foresee. */
export function isCanaryDue(random: Random): boolean {
  return new DataView(random.bytes(4).buffer).getUint32(0) < 2 ** 32 / CANARY_ONE_IN
}

/** An answer that is known to be wrong, and what shows it to a contract. */
export interface Canary {
  bundle: Bundle
  /** The wrong rows hash is H("canary", salt): 47 bytes hashed, where rows are multiples of four, so no rows hash to it. 32 bytes. */
  salt: Uint8Array
}

/**
 * An answer that looks like any other and is wrong in one place: one segment's rows hash, everything else recomputed and signed anew, by a provider
 * key of its own. It is sent to verifiers in place of the answer it was made from, which nobody else has seen, so that who remembers answers
 * cannot tell; it was paid for in credits, as most answers are, since a channel on the chain would name its payee. Answers of several providers are
 * not made into canaries: null.
 */
export async function canaryOf(bundle: Bundle, provider: SessionKey, random: Random): Promise<Canary | null> {
  const [leg, ...others] = bundle.legs
  if (leg === undefined || others.length > 0 || leg.signed === null || leg.segments.length === 0) return null
  const { requesterShare } = leg
  const request = { ...leg.request, payment: freeTerms(leg.request.requesterKey, provider.publicKey) }
  const accept = { ...leg.accept, providerKey: provider.publicKey }
  const jobId = jobIdOf(request, accept)
  const wrong = new DataView(random.bytes(4).buffer).getUint32(0) % leg.segments.length
  const salt = random.bytes(32)
  let runningHash = firstRunningHash(jobId)
  const segments: SignedSegment[] = []
  for (const [i, { index, ids, rowsHash, commitment }] of leg.segments.entries()) {
    const claimed = i === wrong ? taggedHash('canary', salt) : rowsHash
    runningHash = nextRunningHash(runningHash, { index, ids, rowsHash: claimed, commitment })
    const signature = await provider.sign(segmentDigest(jobId, index, runningHash))
    segments.push({ index, ids, rowsHash: claimed, commitment, runningHash, signature })
  }
  const receipt = {
    ...leg.signed.receipt,
    jobId,
    promptHash: promptHashOf(request),
    outputHash: runningHash,
    seed: seedOf(request, accept, requesterShare),
    providerKey: provider.publicKey,
  }
  const signed = { receipt, signature: await provider.sign(receiptDigest(receipt)) }
  return { bundle: { ...evidenceOf(bundle), legs: [{ request, accept, requesterShare, segments, signed }] }, salt }
}

/**
 * Verifiers who passed a canary that they could compare bit for bit. The bundle proves it to anybody: its segment does not come out as it says,
 * and they have signed that it does.
 */
export function passedCanary(canary: Bundle): Uint8Array[] {
  const { cell } = (canary.legs.at(-1) as Leg).accept
  return canary.audits.flatMap(({ reveals }) =>
    reveals.flatMap(({ attestation }) =>
      attestation.verdict === 'pass' && isExactPair(cell, attestation.cell) ? [attestation.verifierKey] : [],
    ),
  )
}
