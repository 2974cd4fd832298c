import type { StreamProtocol } from '../participant/ports.ts'
import { AUDIT_PROTOCOL } from '../protocol/wire/audit-protocol.ts'
import { EVIDENCE_PROTOCOL } from '../protocol/wire/evidence-messages.ts'
import { JOB_PROTOCOL } from '../protocol/wire/job-messages.ts'

/** What each kind of stream is negotiated as (protocol.md §6.2). */
export const STREAM_PROTOCOL_IDS: Readonly<Record<StreamProtocol, string>> = {
  job: JOB_PROTOCOL,
  audit: AUDIT_PROTOCOL,
  evidence: EVIDENCE_PROTOCOL,
}

export const STREAM_PROTOCOLS = Object.keys(STREAM_PROTOCOL_IDS) as StreamProtocol[]
