import * as v from 'valibot'
import { CheckReportSchema } from '../evidence/check-report.ts'
import { BundleSchema } from '../receipt/bundle.ts'
import { Bytes32, shortText, UnixMs } from './schemas.ts'

/** One answer in the journal, written before it is shown as accepted. Stored data is remote data: it is parsed again on read. */
export const JournalRecordSchema = v.strictObject({
  version: v.literal(1),
  /** Hex of the job id of the answer's last leg. */
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  role: v.picklist(['requester', 'provider', 'verifier']),
  recordedAt: UnixMs,
  outcome: v.picklist(['accepted', 'rejected', 'served', 'attested']),
  /** The verdict's reason code where there is one, else the empty string. */
  reason: shortText(64),
  bundle: BundleSchema,
  report: v.nullable(CheckReportSchema),
  /** Of an answer that was made wrong to test its verifiers (protocol.md §5.9). */
  canarySalt: v.optional(Bytes32),
})
export type JournalRecord = v.InferOutput<typeof JournalRecordSchema>
