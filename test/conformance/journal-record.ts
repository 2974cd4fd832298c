import { freeTerms } from '../../src/protocol/channel/payment-terms.ts'
import { bytesToHex, sha256, u32 } from '../../src/protocol/hash.ts'
import type { JournalRecord } from '../../src/protocol/wire/journal.ts'
import { scriptedCell } from '../doubles/scripted-engine.ts'

/** A record of the right shape; nobody signed it, and a journal does not ask. Different `n`, different record. */
export function sampleJournalRecord(n: number): JournalRecord {
  const bytes32 = sha256(u32(n))
  const bytes64 = new Uint8Array(64).fill(n)
  return {
    version: 1,
    id: bytesToHex(bytes32),
    role: 'requester',
    recordedAt: 1_767_225_600_000 + n,
    outcome: 'accepted',
    reason: '',
    report: null,
    bundle: {
      version: 2,
      kind: 'locus-evidence',
      legs: [
        {
          request: {
            version: 2,
            modelRoot: bytesToHex(bytes32),
            promptIds: [1, 2, 3],
            resumedIds: [],
            sampler: { temperatureMilli: 700, topK: 40, topPMilli: 950 },
            maxTokens: 32,
            stopIds: [0],
            seedCommitment: bytes32,
            carriedSeed: null,
            requesterKey: bytes64,
            payment: freeTerms(bytes64, bytes64),
          },
          accept: {
            providerNonce: bytes32,
            providerKey: bytes64,
            cell: scriptedCell(bytesToHex(bytes32)),
          },
          requesterShare: bytes32,
          segments: [
            {
              index: 0,
              ids: [7, 8],
              rowsHash: bytes32,
              commitment: new Uint8Array(258).fill(n),
              runningHash: bytes32,
              signature: bytes64,
            },
          ],
          signed: null,
        },
      ],
      audits: [],
    },
  }
}
