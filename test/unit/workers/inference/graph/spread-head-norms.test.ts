import { describe, expect, test } from 'vitest'
import { createDecoderFixture, type DecoderFixtureOptions } from '../../../../../tools/fixtures/decoder-fixture.ts'
import { recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { spreadHeadNorms } from '../../../../../workers/inference/graph/spread-head-norms.ts'
import { changedFixture, nodesOf } from './changed-fixture.ts'
import { emptyCache, type Feeds, int64, openOnWasm } from './run-decoder.ts'
import { bitsOf } from './run-on-wasm.ts'

const IDS = [5, 9, 3, 77, 12]

function fileOf(options: DecoderFixtureOptions): Uint8Array {
  const { files, modelPath } = createDecoderFixture(options)
  return files.get(modelPath) ?? new Uint8Array()
}

async function logitsOf(model: Uint8Array, headDimension: number): Promise<string> {
  const plan = recogniseDecoder(model)
  if ('plain' in plan) throw new Error(plan.plain)
  const session = await openOnWasm(model)
  const feeds: Feeds = {
    input_ids: int64(IDS, [1, IDS.length]),
    attention_mask: int64(new Array<number>(IDS.length).fill(1), [1, IDS.length]),
    ...emptyCache({ layers: plan.layers, headDimension, positions: 0 }),
  }
  try {
    return bitsOf((await session.run(feeds, { logSeverityLevel: 4 }))['logits'])
  } finally {
    await session.release()
  }
}

const OPTIONS = { precision: 'fp32', positionIds: false, externalData: false, seed: 1 } as const

describe('spreadHeadNorms', () => {
  test.each([
    ['qwen3', false],
    ['qwen3', true],
    ['gemma3', false],
  ] as const)(
    '%s, packed projections %s: what WebGPU alone runs becomes what the processor runs',
    async (family, packedProjections) => {
      const options = { ...OPTIONS, family, packedProjections }
      const fused = fileOf({ ...options, fusedHeadNorms: true })
      await expect(logitsOf(fused, 32)).rejects.toThrow(/q_norm_weight/)
      expect(await logitsOf(spreadHeadNorms(fused), 32)).toBe(await logitsOf(fileOf(options), 32))
    },
  )

  test('a model without such norms stays the very same', () => {
    const model = fileOf({ ...OPTIONS, family: 'qwen3' })
    expect(spreadHeadNorms(model)).toBe(model)
  })

  test('norms whose weights are computed are refused', () => {
    const model = changedFixture(
      (graph) => {
        for (const node of nodesOf(graph, 'GroupQueryAttention'))
          node.inputs = [...node.inputs.slice(0, 14), 'cos', 'sin']
      },
      { family: 'qwen3', fusedHeadNorms: true },
    )
    expect(() => spreadHeadNorms(model)).toThrow(expect.objectContaining({ code: 'engine/model-unsupported' }))
  })
})
