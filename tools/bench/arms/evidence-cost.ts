import { taggedHash } from '../../../src/protocol/hash.ts'
import { firstRunningHash, nextRunningHash } from '../../../src/protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { toLowS } from '../../../src/protocol/receipt/signature.ts'
import { receiptDigest, segmentDigest } from '../../../src/protocol/receipt/typed-data.ts'
import { prepareRowsHash } from '../../../workers/inference/generation/rows-hash.ts'
import { createSegmentEvidence } from '../../../workers/inference/generation/segment-evidence.ts'
import { GREEDY } from '../../greedy.ts'
import type { EvidenceJob, EvidenceResult } from './arms-job.ts'

/** Everything about an answer that only serves its being checked: rows hashed, segments chained and signed, a receipt signed. */
export async function evidenceCost({ hiddenSize, tokens, repetitions }: EvidenceJob): Promise<EvidenceResult> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const sign = async (digest: Uint8Array) =>
    toLowS(
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, new Uint8Array(digest))),
    )
  await prepareRowsHash()
  const bytes32 = taggedHash('benchmark')
  const row = Float32Array.from({ length: hiddenSize }, (_, i) => Math.sin(i))
  const result: EvidenceResult = { hashMs: [], signMs: [] }
  for (let i = 0; i < repetitions; i++) {
    let hashMs = 0
    let signMs = 0
    let runningHash = firstRunningHash(bytes32)
    for (let at = 0, index = 0; at < tokens; at += SEGMENT_TOKENS, index++) {
      const startedMs = performance.now()
      const rows = createSegmentEvidence()
      const ids = Array.from({ length: Math.min(SEGMENT_TOKENS, tokens - at) }, (_, j) => at + j)
      for (const _id of ids) rows.add(row)
      runningHash = nextRunningHash(runningHash, { index, ids, ...rows.digest() })
      const hashedMs = performance.now()
      await sign(segmentDigest(bytes32, index, runningHash))
      hashMs += hashedMs - startedMs
      signMs += performance.now() - hashedMs
    }
    const startedMs = performance.now()
    const keys = { requesterKey: new Uint8Array(64), providerKey: new Uint8Array(64) }
    const hashes = { modelRoot: bytes32, cell: bytes32, promptHash: bytes32, outputHash: runningHash, seed: bytes32 }
    const terms = { firstToken: 0, tokenCount: tokens, finish: 'length', sampler: GREEDY, issuedAt: 1 } as const
    await sign(receiptDigest({ jobId: bytes32, ...hashes, ...terms, ...keys }))
    result.hashMs.push(hashMs)
    result.signMs.push(signMs + performance.now() - startedMs)
  }
  return result
}
