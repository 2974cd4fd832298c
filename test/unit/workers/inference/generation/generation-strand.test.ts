import { beforeAll, describe, expect, it } from 'vitest'
import { minimumRows } from '../../../../../workers/inference/generation/plan-runs.ts'
import { createRowsHash } from '../../../../../workers/inference/generation/rows-hash.ts'
import { createSequence } from '../../../../../workers/inference/session/sequence.ts'
import type { SlotDecoder } from '../../../../../workers/inference/session/slot-decoder.ts'
import { openEmbedded } from '../embedded-model.ts'
import { claimOf, rowsEqualIn, SAMPLED, SAMPLERS, someIds } from '../requests.ts'
import { generateSimply } from '../simple-loop.ts'
import { createToySlots } from '../toy-slots.ts'
import { openWorld, outcomeOf, requestOf, running, WINDOW, type World } from './scheduler-world.ts'

const shape = { ...WINDOW, prefillChunk: 64 }

let plain: SlotDecoder
let world: World

beforeAll(async () => {
  plain = await openEmbedded('plain')
  world = openWorld(await openEmbedded('packed'), shape)
}, 60_000)

/** SHA-256 of the rows that choose output `from` … `to`, from one prefill of everything in one run of the plain path. */
async function prefillHashes(promptIds: number[], ids: number[]): Promise<Uint8Array[]> {
  const answers = await createSequence(plain, 0, minimumRows(shape.exactness)).extend(
    [...promptIds, ...ids].slice(0, -1),
  )
  const hashes: Uint8Array[] = []
  for (let start = 0; start < ids.length; start += 32) {
    const hash = createRowsHash()
    for (let i = start; i < Math.min(ids.length, start + 32); i++) hash.add(answers.row(promptIds.length - 1 + i))
    hashes.push(hash.digest())
  }
  return hashes
}

describe('generation on one WASM thread with the embedded model', () => {
  it.each(SAMPLERS)(
    'commits rows that one prefill repeats bit for bit, up to the end of the context ($name)',
    async ({ sampler }) => {
      const promptIds = someIds(390, sampler.temperatureMilli)
      const generated = await world.generate({ promptIds, sampler, maxTokens: 1_000 })
      expect(generated.finish).toBe('length')
      expect(generated.ids.length).toBe(512 - promptIds.length)
      expect(generated.streamed).toEqual(generated.ids)
      expect(generated.rowsHashes).toEqual(await prefillHashes(promptIds, generated.ids))
    },
    60_000,
  )

  it('gives eight requests at once, sampled, greedy, checked and resumed, what the plain loop gives each alone', async () => {
    const requests = Array.from({ length: 8 }, (_, i) => {
      const { sampler } = SAMPLERS[i % 2] ?? { sampler: SAMPLED }
      const promptIds = [...someIds(8 + 16 * (i >> 1), 5), ...someIds(3 + i, i)]
      return requestOf({ promptIds, sampler, maxTokens: 20 + 12 * i })
    })
    const generated = await Promise.all(requests.map((request) => world.generate(request)))
    for (const [i, request] of requests.entries()) {
      const expected = await generateSimply(plain, shape, request)
      expect(generated[i] && outcomeOf(generated[i])).toEqual(expected)
    }
    const claims = requests.map((request, i) => ({
      ...request,
      ...claimOf(generated[i] ?? expect.unreachable()),
      cell: world.cell,
    }))
    for (const report of await Promise.all(claims.map((claim) => world.check(claim)))) {
      expect(report).toMatchObject({ firstTokenMismatch: null, exactPair: true })
      expect(rowsEqualIn(report)).not.toContain(false)
    }
  }, 60_000)

  it('gives the same ids when another provider goes on after the first segment', async () => {
    const whole = await world.generate({ promptIds: someIds(12), maxTokens: 80, sampler: SAMPLED })
    const resumedIds = whole.ids.slice(0, 32)
    const rest = await world.generate({ promptIds: someIds(12), maxTokens: 80, sampler: SAMPLED, resumedIds })
    expect(rest.ids).toEqual(whole.ids.slice(32))
    expect(rest.rowsHashes).toEqual(whole.rowsHashes.slice(1))
    expect(rest.segmentLengths).toEqual([32, 16])
  })

  it('numbers the segments and the tokens of a resumed answer from where it was', async () => {
    const first = await world.generate({ maxTokens: 32 })
    const resumed = world.scheduler.generate(requestOf({ maxTokens: 64, resumedIds: first.ids }), running)
    expect((await resumed.next()).value).toMatchObject({ type: 'tokens', position: 32 })
    const indices: number[] = []
    for await (const event of resumed) if (event.type === 'segment') indices.push(event.index)
    expect(indices).toEqual([1])
  })

  it('ends with the stop token, which it includes', async () => {
    const request = { promptIds: someIds(12), sampler: SAMPLED }
    const free = await world.generate(request)
    const stopId = free.ids[9] ?? -1
    const stopped = await world.generate({ ...request, stopIds: [stopId] })
    expect(stopped.finish).toBe('stop')
    expect(stopped.ids).toEqual(free.ids.slice(0, free.ids.indexOf(stopId) + 1))
  })

  it('answers a prompt of a single token', async () => {
    const generated = await world.generate({ promptIds: [0], maxTokens: 33 })
    expect(generated.segmentLengths).toEqual([32, 1])
    expect(generated.rowsHashes).toEqual(await prefillHashes([0], generated.ids))
  })
})

describe('what generation refuses', () => {
  it.each([
    ['a prompt that leaves no room for one token', Array.from({ length: 64 }, () => 1), 'engine/context-overflow'],
    ['an empty prompt', [], 'engine/run-failed'],
    ['a negative id, which would count from the end of the vocabulary', [1, -1], 'engine/run-failed'],
    ['an id that the vocabulary does not have', [1, 16], 'engine/run-failed'],
  ])('refuses %s', async (_, promptIds, code) => {
    const toy = createToySlots({ contextTokens: 64 })
    await expect(openWorld(toy, shape).generate({ promptIds })).rejects.toMatchObject({ code })
    expect(toy.runs).toEqual([])
  })

  it('fills the context to its last token', async () => {
    const toy = createToySlots({ contextTokens: 64 })
    const generated = await openWorld(toy, shape).generate({ promptIds: Array.from({ length: 63 }, () => 1) })
    expect(generated).toMatchObject({ finish: 'length', segmentLengths: [1] })
  })

  it('computes nothing when nothing is left to compute', async () => {
    const toy = createToySlots()
    const resumedIds = Array.from({ length: 32 }, () => 1)
    const generated = await openWorld(toy, shape).generate({ promptIds: [1], resumedIds, maxTokens: 32 })
    expect(generated).toMatchObject({ finish: 'length', ids: [], streamed: [] })
    expect(toy.runs).toEqual([])
  })
})
