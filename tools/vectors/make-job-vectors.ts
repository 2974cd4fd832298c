/**
 * Writes test/vectors/job.json: for a new job and a resumed one, the CBOR of both sides' terms, job id, seed and every running hash,
 * computed from docs/protocol.md by other code than the protocol's own. The output is committed and only changes when the
 * protocol does.
 */
import { writeFile } from 'node:fs/promises'
import type { JobAccept, JobRequest } from '../../src/protocol/job/job.ts'
import { deterministicCbor } from './deterministic-cbor.ts'
import { toHexJson } from './hex-json.ts'
import { bigEndian32, countedIds, taggedSha256 } from './tagged-sha256.ts'
import { VECTOR_CELLS } from './vector-cells.ts'

interface Side {
  request: JobRequest
  accept: JobAccept
  requesterShare: Uint8Array
  outputIds: number[]
}

const filler = (name: string): Uint8Array => taggedSha256(`vector/${name}`)
const key = (name: string): Uint8Array => new Uint8Array([...filler(`${name}/x`), ...filler(`${name}/y`)])
/** 258 bytes in the shape of an activation commitment: the modulus 65,497, then elements below it. */
const commitmentOf = (name: string): Uint8Array => {
  const bytes = Uint8Array.from({ length: 258 }, (_, i) => filler(`${name}/${i >> 5}`)[i & 31] ?? 0)
  for (let at = 2; at < bytes.length; at += 2) bytes[at] = (bytes[at] ?? 0) & 0x7f
  bytes.set([0xff, 0xd9])
  return bytes
}
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
const [exactCell, replayCell] = VECTOR_CELLS.map(({ cell }) => cell)
if (exactCell === undefined || replayCell === undefined) throw new Error('the vectors need two cells')

const newRequest: JobRequest = {
  version: 2,
  modelRoot: exactCell.modelRoot,
  promptIds: [1, 23, 24, 255, 256, 65_535, 65_536, 262_143],
  resumedIds: [],
  sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
  maxTokens: 96,
  stopIds: [0, 2],
  seedCommitment: taggedSha256('seed-commitment', filler('share-a')),
  carriedSeed: null,
  requesterKey: key('requester'),
  payment: {
    chainId: 31_337,
    channels: filler('channels').slice(0, 20),
    channelId: filler('channel'),
    perPromptToken: filler('per-prompt-token').slice(0, 16),
    perToken: filler('per-token').slice(0, 16),
  },
}
const firstAccept: JobAccept = { providerNonce: filler('nonce-a'), providerKey: key('provider-a'), cell: exactCell }
const firstSeed = taggedSha256('seed', filler('share-a'), firstAccept.providerNonce)

const jobs = [
  computed('a new greedy job of two segments', {
    request: newRequest,
    accept: firstAccept,
    requesterShare: filler('share-a'),
    outputIds: upTo(100, 140),
  }),
  computed('its resumption by another provider, sampled', {
    request: {
      ...newRequest,
      resumedIds: upTo(100, 132),
      sampler: { temperatureMilli: 800, topK: 40, topPMilli: 950 },
      seedCommitment: taggedSha256('seed-commitment', filler('share-b')),
      carriedSeed: firstSeed,
    },
    accept: { providerNonce: filler('nonce-b'), providerKey: key('provider-b'), cell: replayCell },
    requesterShare: filler('share-b'),
    outputIds: upTo(132, 196),
  }),
]
await writeFile(
  new URL('../../test/vectors/job.json', import.meta.url),
  `${JSON.stringify(toHexJson({ jobs }), null, 1)}\n`,
)

/** Everything that docs/protocol.md §2 derives from what the two sides said. */
function computed(name: string, { request, accept, requesterShare, outputIds }: Side) {
  const requestCbor = deterministicCbor(request)
  const acceptCbor = deterministicCbor({ ...accept })
  const jobId = taggedSha256('job', taggedSha256('request', requestCbor), taggedSha256('accept', acceptCbor))
  const firstRunningHash = taggedSha256('running', jobId)
  let runningHash = firstRunningHash
  const segments = []
  for (let at = 0; at < outputIds.length; at += 32) {
    const index = (request.resumedIds.length + at) / 32
    const ids = outputIds.slice(at, at + 32)
    const rowsHash = filler(`rows-${index}`)
    const commitment = commitmentOf(`commitment-${index}`)
    runningHash = taggedSha256('segment', runningHash, bigEndian32(index), countedIds(ids), rowsHash, commitment)
    segments.push({ index, ids, rowsHash, commitment, runningHash })
  }
  return {
    name,
    request,
    accept,
    requesterShare,
    requestCbor,
    acceptCbor,
    seedCommitment: taggedSha256('seed-commitment', requesterShare),
    jobId,
    seed: request.carriedSeed ?? taggedSha256('seed', requesterShare, accept.providerNonce),
    promptHash: taggedSha256('prompt', countedIds(request.promptIds), countedIds(request.resumedIds)),
    firstRunningHash,
    segments,
  }
}
