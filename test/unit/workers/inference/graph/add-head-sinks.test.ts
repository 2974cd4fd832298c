import { describe, expect, test } from 'vitest'
import { createDecoderFixture, type DecoderFixtureOptions } from '../../../../../tools/fixtures/decoder-fixture.ts'
import { addHeadSinks } from '../../../../../workers/inference/graph/add-head-sinks.ts'
import { recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { changedFixture, nodesOf } from './changed-fixture.ts'
import { emptyCache, type Feeds, int64, nextCache, openOnWasm } from './run-decoder.ts'

const IDS = Array.from({ length: 24 }, (_, i) => (i * 37 + 5) % 120)
const OPTIONS = { precision: 'fp32', positionIds: false, externalData: false, seed: 1 } as const

function fileOf(options: DecoderFixtureOptions): Uint8Array {
  const { files, modelPath } = createDecoderFixture(options)
  return files.get(modelPath) ?? new Uint8Array()
}

/** The logits of every id, fed in runs of `rows`. */
async function logitsOf(model: Uint8Array, rows: number): Promise<Float32Array[]> {
  const plan = recogniseDecoder(model)
  if ('plain' in plan) throw new Error(plan.plain)
  const session = await openOnWasm(model)
  const logits: Float32Array[] = []
  let cache: Feeds = emptyCache({
    layers: plan.layers,
    headDimension: plan.layers[0]?.headDimension ?? 0,
    positions: 0,
  })
  try {
    for (let start = 0; start < IDS.length; start += rows) {
      const ids = IDS.slice(start, start + rows)
      const total = start + ids.length
      const mask = int64(new Array<number>(total).fill(1), [1, total])
      const outputs = await session.run({ input_ids: int64(ids, [1, ids.length]), attention_mask: mask, ...cache })
      cache = nextCache(plan.layers, outputs)
      const all = outputs['logits']?.data
      if (!(all instanceof Float32Array)) throw new Error('logits are floats')
      const width = all.length / ids.length
      for (let i = 0; i < ids.length; i++) logits.push(all.slice(i * width, (i + 1) * width))
    }
    return logits
  } finally {
    await session.release()
  }
}

describe('a sink that draws nothing', () => {
  test.each(['llama', 'qwen2', 'qwen3', 'gemma3'] as const)(
    '%s: gives a row alone the bits that it has among others, and the same numbers as without it',
    async (family) => {
      const exported = fileOf({ ...OPTIONS, family })
      const changed = addHeadSinks(exported)
      const together = await logitsOf(changed, IDS.length)
      expect(await logitsOf(changed, 1)).toEqual(together)
      expect(await logitsOf(changed, 5)).toEqual(together)
      const before = await logitsOf(exported, IDS.length)
      const distances = together.flatMap((row, i) =>
        Array.from(row, (value, j) => Math.abs(value - (before[i]?.[j] ?? 0))),
      )
      expect(Math.max(...distances)).toBeLessThan(1e-4)
    },
    60_000,
  )

  test('is needed: a row alone has other bits in the graph as it was exported', async () => {
    const exported = fileOf({ ...OPTIONS, family: 'llama' })
    expect(await logitsOf(exported, 1)).not.toEqual(await logitsOf(exported, IDS.length))
  }, 60_000)

  test('is given once, however many layers take it', () => {
    const plan = recogniseDecoder(addHeadSinks(fileOf({ ...OPTIONS, family: 'llama' })))
    if ('plain' in plan) throw new Error(plan.plain)
    const names = plan.layers.map(({ inputs }) => inputs[11])
    expect(names.length).toBeGreaterThan(1)
    expect(new Set(names)).toEqual(new Set([`locus.no_sink.${plan.layers[0]?.heads}`]))
  })

  test('a second time changes nothing', () => {
    const once = addHeadSinks(fileOf({ ...OPTIONS, family: 'llama' }))
    expect(addHeadSinks(once)).toBe(once)
  })

  test('heads beyond one block of sums keep the loop', () => {
    const options = { ...OPTIONS, family: 'llama' } as const
    const largest = fileOf({ ...options, dimensions: { headDimension: 128 } })
    expect(addHeadSinks(largest)).not.toBe(largest)
    const larger = fileOf({ ...options, dimensions: { headDimension: 256 } })
    expect(addHeadSinks(larger)).toBe(larger)
  })

  test('a graph that does not say how large its heads are is told', () => {
    const silent = fileOf({ ...OPTIONS, family: 'llama', symbolicCache: true })
    expect(addHeadSinks(silent)).toBe(silent)
    expect(addHeadSinks(silent, 256)).toBe(silent)
    expect(addHeadSinks(silent, 16)).not.toBe(silent)
  })

  test('caches in half precision stay as they are', () => {
    const model = fileOf({ ...OPTIONS, family: 'llama', precision: 'q4f16' })
    expect(addHeadSinks(model)).toBe(model)
  })

  test.each([
    ['a cap on its scores', { softcap: { float: 30 } }],
    ['a sink of one for all', { smooth_softmax: { int: 1 } }],
  ])('an attention that has %s stays as it is', (_, attributes) => {
    const model = changedFixture((graph) => {
      for (const node of nodesOf(graph, 'GroupQueryAttention')) node.attributes = { ...node.attributes, ...attributes }
    })
    expect(addHeadSinks(model)).toBe(model)
  })
})
