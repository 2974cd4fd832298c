import type * as ort from 'onnxruntime-web/wasm'
import { describe, expect, test } from 'vitest'
import type { DecoderFixture } from '../../../../../tools/fixtures/decoder-fixture.ts'
import { FIXTURES, type NamedFixture } from '../../../../../tools/fixtures/fixtures.ts'
import { addFinalNormTap, appendFinalNormTap } from '../../../../../workers/inference/graph/append-final-norm-tap.ts'
import { expandToF32 } from '../../../../../workers/inference/graph/expand-to-f32.ts'
import { createGraphEdit } from '../../../../../workers/inference/graph/graph-edit.ts'
import {
  type LengthsInputs,
  lengthsAsInputs,
  SEQLENS_INPUT,
  TOTAL_INPUT,
} from '../../../../../workers/inference/graph/lengths-as-inputs.ts'
import { type DecoderPlan, recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { addWantedRows, WANTED_INPUT } from '../../../../../workers/inference/graph/wanted-rows.ts'
import { emptyCache, type Feeds, int32, int64, nextCache, openOnWasm } from './run-decoder.ts'
import { bitsOf, floatsOf, largestDifference } from './run-on-wasm.ts'

/** A prefill, a step of two rows, a step of one. */
const CHUNKS = [[5, 9, 3, 77, 12, 140, 1], [8, 30], [61]]
const PROMPT = CHUNKS[0] ?? []
const ROOM = 24

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function filesOf(fixture: DecoderFixture) {
  const bytes = (path: string) => fixture.files.get(path) ?? new Uint8Array()
  const data = fixture.dataPaths.map((path) => ({ path: nameOf(path), data: bytes(path) }))
  const { headDimension, vocabulary } = fixture.plan.dimensions
  return { model: bytes(fixture.modelPath), data, headDimension, vocabulary }
}

function planOf(model: Uint8Array): DecoderPlan {
  const plan = recogniseDecoder(model)
  if ('plain' in plan) throw new Error(plan.plain)
  return plan
}

function originalInputs(plan: DecoderPlan, ids: number[], past: number): Feeds {
  const dims = [1, ids.length]
  const positions = ids.map((_, i) => past + i)
  return {
    [plan.inputIds.name]: int64(ids, dims),
    [plan.lengths.mask]: int64(new Array<number>(past + ids.length).fill(1), [1, past + ids.length]),
    ...(plan.positions.input === null ? {} : { [plan.positions.input]: int64(positions, dims) }),
    ...(plan.head.keep === null ? {} : { [plan.head.keep.input]: int64([0], []) }),
  }
}

function lengthsInputs({ inputIds }: LengthsInputs, ids: number[], past: number): Feeds {
  return {
    [inputIds]: int32(ids, [1, ids.length]),
    [SEQLENS_INPUT]: int32([past + ids.length - 1], [1]),
    [TOTAL_INPUT]: int32([past + ids.length], [1]),
  }
}

/** Bits of the logits of every chunk. */
async function decode(
  session: ort.InferenceSession,
  plan: DecoderPlan,
  cache: Feeds,
  inputs: (ids: number[], past: number) => Feeds,
): Promise<string[]> {
  const bits: string[] = []
  let past = 0
  let pasts = cache
  for (const ids of CHUNKS) {
    const outputs = await session.run({ ...pasts, ...inputs(ids, past) })
    bits.push(bitsOf(outputs[plan.head.logits]))
    pasts = nextCache(plan.layers, outputs)
    past += ids.length
  }
  return bits
}

/** Products over bytes with one scale for all rows, and attention in parts: understood well enough to be left alone. */
const isPlain = ({ options }: NamedFixture) => options.int8 === 'dynamic' || options.form === 'traced'
const byName = (fixtures: readonly NamedFixture[]) => fixtures.map((fixture) => [fixture.name, fixture] as const)
const DECODERS = byName(FIXTURES.filter((fixture) => !isPlain(fixture)))
const QUANTISED = byName(FIXTURES.filter((fixture) => !isPlain(fixture) && fixture.options.precision !== 'fp32'))
const PLAIN = byName(FIXTURES.filter(isPlain))

describe('lengths as inputs give the logits of the mask, bit for bit, with and without room in the cache', () => {
  test.each(DECODERS)('%s', async (_, named) => {
    const fixture = named.create()
    const { model, data, headDimension } = filesOf(fixture)
    const plan = planOf(model)
    expect(plan.layers).toHaveLength(fixture.plan.dimensions.layers)
    expect(plan.positions.input).toBe(named.options.positionIds ? 'position_ids' : null)
    const { layers } = plan
    const exported = await openOnWasm(model, data)
    const original = await decode(exported, plan, emptyCache({ layers, headDimension, positions: 0 }), (ids, past) =>
      originalInputs(plan, ids, past),
    )
    await exported.release()
    const edit = createGraphEdit(model, plan.index)
    const inputs = lengthsAsInputs(edit, plan)
    expect(inputs.positions).toBeNull()
    const rewritten = await openOnWasm(edit.write(), data)
    for (const positions of [0, ROOM]) {
      const cache = emptyCache({ layers, headDimension, positions })
      expect(await decode(rewritten, plan, cache, (ids, past) => lengthsInputs(inputs, ids, past))).toEqual(original)
    }
    await rewritten.release()
  })
})

describe('wanted rows have the bits that they have among all rows', () => {
  test.each(DECODERS)('%s', async (_, named) => {
    const { model, data, headDimension, vocabulary } = filesOf(named.create())
    const plan = planOf(model)
    const cache = emptyCache({ layers: plan.layers, headDimension, positions: 0 })
    const whole = appendFinalNormTap(model)
    const all = await openOnWasm(whole.model, data)
    // The tapped graph takes no input that limits the rows.
    const { head } = plan
    const feeds = { ...cache, ...originalInputs({ ...plan, head: { ...head, keep: null } }, PROMPT, 0) }
    const complete = await all.run(feeds)
    await all.release()

    const edit = createGraphEdit(model, plan.index)
    addFinalNormTap(edit, addWantedRows(edit, plan))
    const some = await openOnWasm(edit.write(), data)
    const wanted = [1, 4, 6]
    const gathered = await some.run({ ...feeds, [WANTED_INPUT]: int32(wanted, [wanted.length]) })
    await some.release()
    const logits = floatsOf(complete['logits'])
    const rows = floatsOf(complete[whole.tapName])
    const width = rows.length / PROMPT.length
    const pick = (values: Float32Array, size: number) =>
      wanted.flatMap((row) => [...values.subarray(row * size, (row + 1) * size)])
    expect([...floatsOf(gathered['logits'])]).toEqual(pick(logits, vocabulary))
    expect([...floatsOf(gathered[whole.tapName])]).toEqual(pick(rows, width))
  })
})

describe('weights written out in float32 compute what the blocks do, wherever they lie', () => {
  test.each(QUANTISED)('%s', async (_, named) => {
    const { model, data, headDimension } = filesOf(named.create())
    const plan = planOf(model)
    const { model: expanded, expanded: products } = expandToF32(model, { externalData: data })
    expect(products).toBeGreaterThan(plan.layers.length * 5)
    const understood = planOf(expanded)
    const feeds = {
      ...emptyCache({ layers: plan.layers, headDimension, positions: 0 }),
      ...originalInputs(understood, PROMPT, 0),
    }
    const [before, after] = [await openOnWasm(model, data), await openOnWasm(expanded, data)]
    const [blocks, floats] = [await before.run(feeds), await after.run(feeds)]
    await before.release()
    await after.release()
    // Logits have a standard deviation of 4. Half precision, and 8-bit activations, round by the row.
    const coarse = named.options.precision === 'q4f16' || named.options.accuracyLevel === 4
    expect(largestDifference(blocks['logits'], floats['logits'])).toBeLessThan(coarse ? 0.3 : 1e-3)
  })
})

describe('a graph of another shape is left as it is, and says why', () => {
  test.each(PLAIN)('%s', (_, named) => {
    const { model } = filesOf(named.create())
    expect(recogniseDecoder(model)).toEqual({ plain: expect.stringMatching(/round every row|no GroupQueryAttention/) })
    expect(appendFinalNormTap(model).model.length).toBeGreaterThan(model.length)
  })
})
