import { bytesToHex } from '../protocol/hash.ts'
import { jobIdOf } from '../protocol/job/job.ts'
import type { Bundle, Leg } from '../protocol/receipt/bundle.ts'
import type { Locus, LocusLeg } from './events.ts'
import type { ConnectionInfo } from './ports.ts'
import type { Review } from './review.ts'
import type { BundleCheck } from './verify.ts'

/** The locus of a reviewed answer. `connections` are known only to the participant that received it. */
export function locusOf(
  bundle: Bundle,
  check: BundleCheck,
  review: Review,
  connections: ReadonlyMap<string, { peerId: string; connection: ConnectionInfo }>,
): Locus {
  const legs = bundle.legs.map((leg): LocusLeg => {
    const jobId = bytesToHex(jobIdOf(leg.request, leg.accept))
    const known = connections.get(jobId)
    return {
      peerId: known?.peerId ?? '',
      providerKey: bytesToHex(leg.accept.providerKey),
      cell: leg.accept.cell,
      connection: known?.connection ?? null,
      firstToken: leg.request.resumedIds.length,
      tokens: leg.segments.reduce((sum, segment) => sum + segment.ids.length, 0),
      receipt: leg.signed !== null,
    }
  })
  const last = bundle.legs.at(-1) as Leg
  const { checkedBy, report, verdict: own } = check
  const { verdict, settledBy, audits, auditNote, stakeNote } = review
  const jobId = bytesToHex(jobIdOf(last.request, last.accept))
  return { jobId, legs, checkedBy, own, verdict, settledBy, report, audits, auditNote, stakeNote }
}
