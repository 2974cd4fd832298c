import * as v from 'valibot'
import { expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hash.ts'
import {
  firstRunningHash,
  type JobAccept,
  JobAcceptSchema,
  type JobRequest,
  JobRequestSchema,
  jobIdOf,
  nextRunningHash,
  promptHashOf,
  seedCommitmentOf,
  seedOf,
} from '../../../../src/protocol/job/job.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import { fromHexJson } from '../../../../tools/vectors/hex-json.ts'
import vectors from '../../../vectors/job.json' with { type: 'json' }
import { filled, SAMPLE_ACCEPT, SAMPLE_CELL, SAMPLE_REQUEST } from '../sample-values.ts'

const RESUMED: JobRequest = {
  ...SAMPLE_REQUEST,
  resumedIds: Array.from({ length: 32 }, () => 7),
  carriedSeed: filled(32, 9),
}

test('a new request and a resumed one are requests', () => {
  expect(v.is(JobRequestSchema, SAMPLE_REQUEST)).toBe(true)
  expect(v.is(JobRequestSchema, RESUMED)).toBe(true)
})

test.each<[string, object]>([
  ['an empty prompt', { promptIds: [] }],
  ['nothing to compute', { maxTokens: 0 }],
  ['more to compute than the longest answer', { maxTokens: 32_769 }],
  ['nine stop tokens', { stopIds: [1, 2, 3, 4, 5, 6, 7, 8, 9] }],
  ['a temperature above 2', { sampler: { temperatureMilli: 2_001, topK: 1, topPMilli: 1_000 } }],
  ['a resumption inside a segment', { ...RESUMED, resumedIds: Array.from({ length: 33 }, () => 7) }],
  ['a resumption of a whole answer', { ...RESUMED, maxTokens: 32 }],
  ['a resumption without its seed', { ...RESUMED, carriedSeed: null }],
  ['a new answer with a seed of its choosing', { carriedSeed: filled(32, 9) }],
  ['a resumption after a stop token', { ...RESUMED, stopIds: [7] }],
])('a request with %s is none', (_what, change) => {
  expect(v.is(JobRequestSchema, { ...SAMPLE_REQUEST, ...change })).toBe(false)
})

test('the job’s name depends on every term of both sides', () => {
  const requests: JobRequest[] = [
    SAMPLE_REQUEST,
    RESUMED,
    { ...SAMPLE_REQUEST, modelRoot: 'cd'.repeat(32) },
    { ...SAMPLE_REQUEST, promptIds: [1, 2] },
    { ...SAMPLE_REQUEST, sampler: { temperatureMilli: 0, topK: 40, topPMilli: 950 } },
    { ...SAMPLE_REQUEST, maxTokens: 97 },
    { ...SAMPLE_REQUEST, stopIds: [] },
    { ...SAMPLE_REQUEST, seedCommitment: filled(32, 99) },
    { ...SAMPLE_REQUEST, requesterKey: filled(64, 99) },
  ]
  const accepts: JobAccept[] = [
    SAMPLE_ACCEPT,
    { ...SAMPLE_ACCEPT, providerNonce: filled(32, 99) },
    { ...SAMPLE_ACCEPT, providerKey: filled(64, 99) },
    { ...SAMPLE_ACCEPT, cell: { ...SAMPLE_CELL, exactness: { kind: 'none' } } },
  ]
  const ids = requests.flatMap((request) => accepts.map((accept) => bytesToHex(jobIdOf(request, accept))))
  expect(new Set(ids).size).toBe(requests.length * accepts.length)
})

test('neither side can choose the seed: it moves with the share and with the nonce', () => {
  const [shareA, shareB] = [filled(32, 1), filled(32, 2)]
  const otherNonce = { ...SAMPLE_ACCEPT, providerNonce: filled(32, 99) }
  const seeds = [
    seedOf(SAMPLE_REQUEST, SAMPLE_ACCEPT, shareA),
    seedOf(SAMPLE_REQUEST, SAMPLE_ACCEPT, shareB),
    seedOf(SAMPLE_REQUEST, otherNonce, shareA),
    seedOf(SAMPLE_REQUEST, otherNonce, shareB),
  ].map(bytesToHex)
  expect(new Set(seeds).size).toBe(4)
})

test('the share is fixed before the nonce is known: its commitment is in the request, and is neither share nor seed', () => {
  const share = filled(32, 1)
  expect(seedCommitmentOf(share)).not.toEqual(seedCommitmentOf(filled(32, 2)))
  expect(seedCommitmentOf(share)).not.toEqual(share)
  expect(seedCommitmentOf(share)).not.toEqual(seedOf(SAMPLE_REQUEST, SAMPLE_ACCEPT, share))
})

test('a resumed answer keeps its seed, whatever the new provider says', () => {
  const otherNonce = { ...SAMPLE_ACCEPT, providerNonce: filled(32, 99) }
  expect(seedOf(RESUMED, otherNonce, filled(32, 1))).toEqual(RESUMED.carriedSeed)
})

test('what was resumed is part of the prompt, and not the same as a longer prompt', () => {
  const longer = { ...SAMPLE_REQUEST, promptIds: [...RESUMED.promptIds, ...RESUMED.resumedIds] }
  expect(promptHashOf(RESUMED)).not.toEqual(promptHashOf(SAMPLE_REQUEST))
  expect(promptHashOf(RESUMED)).not.toEqual(promptHashOf(longer))
})

test('the running hash moves with everything that is chained', () => {
  const previous = firstRunningHash(filled(32, 1))
  const segment = { index: 1, ids: [1, 2], rowsHash: filled(32, 2), commitment: filled(258, 2) }
  const hashes = [
    previous,
    nextRunningHash(previous, segment),
    nextRunningHash(firstRunningHash(filled(32, 9)), segment),
    nextRunningHash(previous, { ...segment, index: 2 }),
    nextRunningHash(previous, { ...segment, ids: [2, 1] }),
    nextRunningHash(previous, { ...segment, ids: [1, 2, 0] }),
    nextRunningHash(previous, { ...segment, rowsHash: filled(32, 3) }),
    nextRunningHash(previous, { ...segment, commitment: filled(258, 3) }),
  ].map(bytesToHex)
  expect(new Set(hashes).size).toBe(hashes.length)
})

test.each(vectors.jobs)('the committed vector "$name" has not moved', (vector) => {
  const request = v.parse(JobRequestSchema, fromHexJson(vector.request))
  const accept = v.parse(JobAcceptSchema, fromHexJson(vector.accept))
  const share = bytes(vector.requesterShare)
  expect(encodeCbor(request)).toEqual(bytes(vector.requestCbor))
  expect(encodeCbor(accept)).toEqual(bytes(vector.acceptCbor))
  expect(seedCommitmentOf(share)).toEqual(bytes(vector.seedCommitment))
  expect(request.seedCommitment).toEqual(bytes(vector.seedCommitment))
  expect(jobIdOf(request, accept)).toEqual(bytes(vector.jobId))
  expect(seedOf(request, accept, share)).toEqual(bytes(vector.seed))
  expect(promptHashOf(request)).toEqual(bytes(vector.promptHash))
  let running = firstRunningHash(bytes(vector.jobId))
  expect(running).toEqual(bytes(vector.firstRunningHash))
  for (const { index, ids, rowsHash, commitment, runningHash } of vector.segments) {
    running = nextRunningHash(running, { index, ids, rowsHash: bytes(rowsHash), commitment: bytes(commitment) })
    expect(running).toEqual(bytes(runningHash))
  }
})

function bytes(hex: string): Uint8Array {
  return hexToBytes(hex.slice(2))
}
