import { freeTerms } from '../../../src/protocol/channel/payment-terms.ts'
import type { JobAccept, JobRequest } from '../../../src/protocol/job/job.ts'
import type { Receipt } from '../../../src/protocol/receipt/receipt.ts'
import type { SignedSegment } from '../../../src/protocol/wire/job-messages.ts'
import { scriptedCell } from '../../doubles/scripted-engine.ts'

/** Values that pass their schemas, for tests that change one field of them. Nothing in them is signed. */
export const SAMPLE_CELL = scriptedCell('ab'.repeat(32))

export function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte)
}

export const SAMPLE_REQUEST: JobRequest = {
  version: 2,
  modelRoot: 'ab'.repeat(32),
  promptIds: [1, 2, 3],
  resumedIds: [],
  sampler: { temperatureMilli: 800, topK: 40, topPMilli: 950 },
  maxTokens: 96,
  stopIds: [0],
  seedCommitment: filled(32, 1),
  carriedSeed: null,
  requesterKey: filled(64, 2),
  payment: freeTerms(filled(64, 2), filled(64, 4)),
}

export const SAMPLE_ACCEPT: JobAccept = {
  providerNonce: filled(32, 3),
  providerKey: filled(64, 4),
  cell: SAMPLE_CELL,
}

export const SAMPLE_SEGMENT: SignedSegment = {
  index: 0,
  ids: [5, 6, 7],
  rowsHash: filled(32, 5),
  commitment: filled(258, 0xfe),
  runningHash: filled(32, 6),
  signature: filled(64, 7),
}

export const SAMPLE_RECEIPT: Receipt = {
  jobId: filled(32, 8),
  modelRoot: filled(32, 9),
  cell: filled(32, 10),
  promptHash: filled(32, 11),
  outputHash: filled(32, 12),
  firstToken: 0,
  tokenCount: 3,
  finish: 'aborted',
  seed: filled(32, 13),
  sampler: SAMPLE_REQUEST.sampler,
  requesterKey: filled(64, 14),
  providerKey: filled(64, 15),
  issuedAt: 1_767_225_600_000,
}
