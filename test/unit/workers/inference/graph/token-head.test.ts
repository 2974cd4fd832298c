import { describe, expect, test } from 'vitest'
import { gumbel, type NoiseKey } from '../../../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../../../src/protocol/sampling/sampler.ts'
import { chooseToken } from '../../../../../src/protocol/sampling/token-rule.ts'
import { createDecoderFixture } from '../../../../../tools/fixtures/decoder-fixture.ts'
import { addFinalNormTap } from '../../../../../workers/inference/graph/append-final-norm-tap.ts'
import { createGraphEdit } from '../../../../../workers/inference/graph/graph-edit.ts'
import { lengthsAsInputs } from '../../../../../workers/inference/graph/lengths-as-inputs.ts'
import { recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { addTokenHead, type Choice, TOKEN_HEAD } from '../../../../../workers/inference/graph/token-head.ts'
import { emptyCache, type Feeds, float32, int32, nextCache, openOnWasm } from './run-decoder.ts'
import { floatsOf } from './run-on-wasm.ts'

const SLOTS = 3
const ROOM = 40
const STEPS = 12

/** Two that sample differently, and a greedy one. */
const SAMPLERS: Sampler[] = [
  { temperatureMilli: 900, topK: 40, topPMilli: 950 },
  { temperatureMilli: 1_400, topK: 64, topPMilli: 1_000 },
  { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
]
const KEYS: NoiseKey[] = [
  [1, 2],
  [3, 4],
  [5, 6],
]

function prepared(choice: Choice, window: number, precision: 'fp32' | 'q4' = 'fp32') {
  const options = { family: 'llama', precision, positionIds: false, externalData: false, seed: 1 } as const
  const { files, modelPath, plan: shape } = createDecoderFixture(options)
  const file = files.get(modelPath) ?? new Uint8Array()
  const plan = recogniseDecoder(file)
  if ('plain' in plan) throw new Error(plan.plain)
  const edit = createGraphEdit(file, plan.index)
  const { inputIds } = lengthsAsInputs(edit, plan)
  addFinalNormTap(edit, plan.head.rows)
  const { vocabulary: vocabularySize, headDimension } = shape.dimensions
  const { logits } = plan.head
  addTokenHead(edit, { logits, logitsType: plan.logitsType, vocabularySize, inputIds, choice, window })
  return { model: edit.write(), plan, vocabularySize, headDimension }
}

function samplerFeeds(vocabularySize: number, position: number): Feeds {
  const perSlot = (of: (sampler: Sampler, greedy: boolean) => number) =>
    float32(
      SAMPLERS.map((sampler) => of(sampler, sampler.temperatureMilli === 0)),
      [SLOTS, 1],
    )
  const noise = KEYS.flatMap((key) => Array.from({ length: vocabularySize }, (_, id) => gumbel(key, position, id)))
  return {
    [TOKEN_HEAD.temperature]: perSlot((sampler) => sampler.temperatureMilli / 1_000),
    [TOKEN_HEAD.inverseTemperature]: perSlot((sampler, greedy) => (greedy ? 1 : 1_000 / sampler.temperatureMilli)),
    [TOKEN_HEAD.topK]: perSlot((sampler, greedy) => (greedy ? 1 : sampler.topK)),
    [TOKEN_HEAD.topP]: perSlot((sampler) => (sampler.topPMilli === 1_000 ? 2 : sampler.topPMilli / 1_000)),
    [TOKEN_HEAD.noise]: float32(noise, [SLOTS, vocabularySize]),
  }
}

describe('the token head, fed only by itself', () => {
  test.each<['greedy' | 'sampled']>([['greedy'], ['sampled']])(
    '%s: every token is the one of the token rule',
    async (choice) => {
      const { model, plan, vocabularySize, headDimension } = prepared(choice, 1)
      const session = await openOnWasm(model)
      let state: Feeds = {
        [plan.inputIds.name]: int32([5, 77, 140], [SLOTS, 1]),
        'locus.seqlens_k': int32([0, 0, 0], [SLOTS]),
        'locus.total_len': int32([1], [1]),
        ...emptyCache({ layers: plan.layers, headDimension, batch: SLOTS, positions: ROOM }),
      }
      const chosen: number[][] = []
      for (let position = 0; position < STEPS; position++) {
        const outputs = await session.run({
          ...state,
          ...(choice === 'sampled' ? samplerFeeds(vocabularySize, position) : {}),
        })
        const logits = floatsOf(outputs['logits'])
        const expected = SAMPLERS.map((sampler, slot) =>
          chooseToken(
            logits.subarray(slot * vocabularySize, (slot + 1) * vocabularySize),
            choice === 'greedy' ? { ...sampler, temperatureMilli: 0 } : sampler,
            KEYS[slot] ?? [0, 0],
            position,
          ),
        )
        expect([...(outputs[TOKEN_HEAD.chosenIds]?.data ?? [])]).toEqual(expected)
        chosen.push(expected)
        const next = (name: string) => outputs[name] ?? int32([], [0])
        state = {
          [plan.inputIds.name]: next(TOKEN_HEAD.nextIds),
          'locus.seqlens_k': next(TOKEN_HEAD.seqlensNext),
          'locus.total_len': next(TOKEN_HEAD.totalNext),
          ...nextCache(plan.layers, outputs),
        }
      }
      await session.release()
      expect([...(state['locus.total_len']?.data ?? [])]).toEqual([STEPS + 1])
      expect([...(state['locus.seqlens_k']?.data ?? [])]).toEqual(new Array(SLOTS).fill(STEPS))
      expect(new Set(chosen.flat()).size).toBeGreaterThan(STEPS / 2)
    },
  )

  test('candidates: the largest logits of the newest row in the rule’s order, and the row itself', async () => {
    const { model, plan, vocabularySize, headDimension } = prepared('candidates', 2, 'q4')
    const session = await openOnWasm(model)
    const outputs = await session.run({
      [plan.inputIds.name]: int32([5, 77, 140, 9], [1, 4]),
      'locus.seqlens_k': int32([3], [1]),
      'locus.total_len': int32([4], [1]),
      ...emptyCache({ layers: plan.layers, headDimension, positions: 0 }),
    })
    await session.release()
    const newest = floatsOf(outputs['logits']).subarray(-vocabularySize)
    const order = [...newest.keys()].toSorted((a, b) => (newest[b] ?? 0) - (newest[a] ?? 0) || a - b).slice(0, 64)
    expect([...(outputs[TOKEN_HEAD.topIds]?.data ?? [])]).toEqual(order)
    expect([...floatsOf(outputs[TOKEN_HEAD.topValues])]).toEqual(order.map((id) => newest[id]))
    const rows = floatsOf(outputs['locus.final_norm'])
    expect(floatsOf(outputs[TOKEN_HEAD.newestRow])).toEqual(rows.subarray(-rows.length / 4))
    expect(outputs[TOKEN_HEAD.nextIds]).toBeUndefined()
  })

  test('a window of several rows moves on by one', async () => {
    const { model, plan, headDimension } = prepared('greedy', 4)
    const session = await openOnWasm(model)
    const outputs = await session.run({
      [plan.inputIds.name]: int32([5, 77, 140, 9], [1, 4]),
      'locus.seqlens_k': int32([3], [1]),
      'locus.total_len': int32([4], [1]),
      ...emptyCache({ layers: plan.layers, headDimension, positions: 0 }),
    })
    await session.release()
    const [chosen] = outputs[TOKEN_HEAD.chosenIds]?.data ?? []
    expect([...(outputs[TOKEN_HEAD.nextIds]?.data ?? [])]).toEqual([77, 140, 9, chosen])
  })
})
