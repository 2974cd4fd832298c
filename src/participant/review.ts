import { conclude, concludeAlarm, type Own, type SettledBy } from '../protocol/audit/conclude.ts'
import { type AuditWorld, faultOfAudit, hasDrawnEverybody } from '../protocol/audit/fault-of-audit.ts'
import { type HeardVerifier, hear, probesOf } from '../protocol/audit/voices.ts'
import type { Verdict } from '../protocol/evidence/judge.ts'
import type { ThresholdTable } from '../protocol/evidence/thresholds.ts'
import type { Bundle } from '../protocol/receipt/bundle.ts'
import type { Probe } from '../protocol/selection/probe-positions.ts'
import type { LocusAudit } from './events.ts'
import { locusAuditOf } from './locus-audit.ts'
import { type BundleCheck, legOfSegment } from './verify.ts'

/** One's own check and everybody's attestations, taken together by the rule of protocol.md §5.7. */
export interface Review {
  verdict: Verdict
  settledBy: SettledBy
  guiltyLeg: number | null
  audits: LocusAudit[]
  /** Why nobody else was asked; null where somebody was. */
  auditNote: string | null
  /** Why stake weighed nothing, where it could have; null for whoever reads it later, since the roster itself tells them. */
  stakeNote: string | null
}

/** Everywhere that any verifier of any of the bundle's audits had to look. */
export function allProbes(bundle: Bundle, hiddenSize: number): Probe[] {
  return bundle.audits.flatMap((_, index) => probesOf(bundle, index, hiddenSize).flat())
}

/** What of each audit counts; `check` is one's own, made with `allProbes`, or without any where nobody attested. */
export function hearAll(bundle: Bundle, check: BundleCheck, thresholds: ThresholdTable): HeardVerifier[][] {
  const { checkedBy, report } = check
  const own = checkedBy.kind === 'this-device' && report !== null ? { cell: checkedBy.cell, report } : null
  let at = 0
  return bundle.audits.map((_, index) => {
    const count = probesOf(bundle, index, 1).flat().length
    const values = own?.report.probes.slice(at, at + count) ?? []
    at += count
    return hear(bundle, index, thresholds, own !== null && values.length === count ? { values, cell: own.cell } : null)
  })
}

/** What is wrong with signatures and chains is wrong for everybody: it needs no equal device. */
export function ownOf({ verdict, report, guiltyLeg }: BundleCheck): Own {
  const isFault = verdict.verdict === 'fail' && report === null && guiltyLeg === null
  return { verdict, isExact: report?.exactPair ?? isFault }
}

/**
 * The verdict that follows from a bundle and one's own check of it, for whoever reads it: its requester and a tab that was not there
 * come to the same one if their devices do. Audits that were held wrongly count for nothing.
 */
export function reviewOf(
  bundle: Bundle,
  check: BundleCheck,
  { world, thresholds }: { world: AuditWorld; thresholds: ThresholdTable },
  auditNote: string | null,
): Review {
  const heard = hearAll(bundle, check, thresholds)
  const audits = heard.map((verifiers, index) => locusAuditOf(bundle, index, world, verifiers))
  const voices = heard.map((verifiers, index) =>
    faultOfAudit(bundle, index, world) === null ? verifiers.map(({ voice }) => voice) : null,
  )
  const own = ownOf(check)
  const first = conclude(own, voices[0] ?? [])
  const isEverybody = bundle.audits.length === 1 && hasDrawnEverybody(bundle, 0)
  const committee = voices[1] ?? (isEverybody ? voices[0] : null) ?? null
  const { verdict, by } = first.kind === 'settled' ? first : concludeAlarm(own, committee)
  const isOwn = by === 'own-equality' || by === 'own-thresholds'
  const others = verdict.verdict === 'fail' ? legOfSegment(bundle, verdict.segment ?? 0) : null
  return { verdict, settledBy: by, guiltyLeg: isOwn ? check.guiltyLeg : others, audits, auditNote, stakeNote: null }
}
