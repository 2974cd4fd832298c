import type { CheckReport } from '../protocol/evidence/check-report.ts'
import { bytesToHex } from '../protocol/hash.ts'
import { jobIdOf } from '../protocol/job/job.ts'
import type { Bundle, Leg } from '../protocol/receipt/bundle.ts'
import type { JournalRecord } from '../protocol/wire/journal.ts'

const ROLES = {
  accepted: 'requester',
  rejected: 'requester',
  served: 'provider',
  attested: 'verifier',
} as const satisfies Record<JournalRecord['outcome'], JournalRecord['role']>

/** The journal's line for one answer, named after the job of its last leg. */
export function journalRecordOf(
  bundle: Bundle,
  outcome: JournalRecord['outcome'],
  reason: string,
  report: CheckReport | null,
  recordedAt: number,
): JournalRecord {
  const last = bundle.legs.at(-1) as Leg
  return {
    version: 1,
    id: bytesToHex(jobIdOf(last.request, last.accept)),
    role: ROLES[outcome],
    recordedAt,
    outcome,
    reason,
    bundle,
    report,
  }
}
