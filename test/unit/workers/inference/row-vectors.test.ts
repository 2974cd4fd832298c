import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineInfo } from '../../../../src/engine/messages.ts'
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hash.ts'
import { openModelFolder, openNodeReferee } from '../../../../tools/bench/node-runtime.ts'
import type { Runtime } from '../../../../workers/inference/runtime.ts'
import vectors from '../../../vectors/rows.json' with { type: 'json' }
import { collect } from './requests.ts'

let runtime: Runtime
let info: EngineInfo

beforeAll(async () => {
  const opened = await openNodeReferee(await openModelFolder())
  runtime = opened.runtime
  info = opened.info
}, 60_000)

describe('the rows that the referee computes in Node', () => {
  it('come from the graph that the vectors were made with (if not: tools/vectors/make-row-vectors.ts)', () => {
    expect(info.cell).toMatchObject({ graphHash: vectors.graphHash, ortVersion: vectors.ortVersion })
  })

  it.each(vectors.answers)(
    'are those of the vectors, bit for bit ($name)',
    async ({ sampler, outputIds, rowsHashes, commitments }) => {
      const { promptIds } = vectors
      const options = {
        promptIds,
        sampler,
        resumedIds: [],
        maxTokens: outputIds.length,
        stopIds: [],
        seed: hexToBytes(vectors.seed),
      }
      const generated = await collect(runtime.generate(options, new AbortController().signal))
      expect(generated.ids).toEqual(outputIds)
      expect(generated.rowsHashes.map(bytesToHex)).toEqual(rowsHashes)
      expect(generated.commitments.map(bytesToHex)).toEqual(commitments)
    },
  )
})
