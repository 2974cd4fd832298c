import { describe, expect, it } from 'vitest'
import { claimOf, collect, rowsEqualIn } from '../requests.ts'
import { generateSimply } from '../simple-loop.ts'
import { createToySlots, type ToySlots, type ToySlotsOptions } from '../toy-slots.ts'
import { openWorld, outcomeOf, REPLAY, requestOf, running } from './scheduler-world.ts'

/** Each cut, and each company, computes otherwise, and now and then chooses another token. */
const fickle: ToySlotsOptions = { character: 'fickle' }

function runsOf({ runs }: ToySlots) {
  return runs.map((feeds) => feeds.map(({ start, ids }) => [start, start + ids.length]))
}

describe('decode, replay, commit', () => {
  it('commits what each segment gives as a run of its own, where single rows chose otherwise', async () => {
    const request = requestOf({ maxTokens: 80 })
    const toy = createToySlots(fickle)
    const generated = await openWorld(toy, REPLAY).generate(request)
    const alone = createToySlots({ ...fickle, packing: 'single' })
    expect(outcomeOf(generated)).toEqual(await generateSimply(alone, REPLAY, request))
    expect(generated.segmentLengths).toEqual([32, 32, 16])
  })

  it('runs replays and prompts alone, in a checker’s cuts, whatever else is going on', async () => {
    const toy = createToySlots(fickle)
    const world = openWorld(toy, REPLAY)
    const promptIds = Array.from({ length: 40 }, (_, i) => i % 16)
    await Promise.all([
      world.generate({ promptIds, maxTokens: 40 }),
      world.generate({ promptIds: promptIds.toReversed(), maxTokens: 40 }),
    ])
    const long = runsOf(toy).filter((feeds) => feeds.some(([start, end]) => (end ?? 0) - (start ?? 0) > 8))
    expect(long.every((feeds) => feeds.length === 1)).toBe(true)
    const cuts = new Set(long.map(([feed]) => feed?.join('–')))
    // 39 ids of prompt in runs of 16, a segment of 32 in two, then the rest.
    for (const cut of ['0–16', '16–32', '39–55', '55–71']) expect(cuts).toContain(cut)
  })

  it('re-emits provisional tokens at the position where the replay differs, and they end equal to what is committed', async () => {
    const positions: number[] = []
    const { scheduler } = openWorld(createToySlots(fickle), REPLAY)
    const watched = (async function* () {
      for await (const event of scheduler.generate(requestOf({ maxTokens: 80 }), running)) {
        if (event.type === 'tokens') positions.push(event.position)
        yield event
      }
    })()
    const generated = await collect(watched)
    expect(positions.some((position, i) => position <= (positions[i - 1] ?? -1))).toBe(true)
    expect(generated.streamed).toEqual(generated.ids)
  })

  it('passes a checker that follows the same runs', async () => {
    const question = requestOf({ maxTokens: 80 })
    const answer = await openWorld(createToySlots(fickle), REPLAY).generate(question)
    const checker = openWorld(createToySlots(fickle), REPLAY)
    const claim = { ...question, ...claimOf(answer), cell: checker.cell }
    const busy = checker.generate({ promptIds: [7, 7], maxTokens: 40 })
    const report = await checker.check(claim)
    expect([report.tokensMatched, rowsEqualIn(report)]).toEqual([80, [true, true, true]])
    await busy
  })

  it('ends at a stop token only if the replay chooses it too', async () => {
    // Single rows alone compute otherwise: where an answer stops does not change the bits before.
    const thin: ToySlotsOptions = { character: 'thin', thinRows: 2 }
    const free = await openWorld(createToySlots(thin), REPLAY).generate({ maxTokens: 80 })
    let replaced = 0
    for (const stopId of new Set(free.ids)) {
      const { scheduler } = openWorld(createToySlots(thin), REPLAY)
      const positions: number[] = []
      const watched = (async function* () {
        for await (const event of scheduler.generate(requestOf({ maxTokens: 80, stopIds: [stopId] }), running)) {
          if (event.type === 'tokens') positions.push(event.position)
          yield event
        }
      })()
      const stopped = await collect(watched)
      if (positions.some((position, i) => position <= (positions[i - 1] ?? -1))) replaced += 1
      expect(stopped.ids.indexOf(stopId)).toBe(stopped.finish === 'stop' ? stopped.ids.length - 1 : -1)
    }
    expect(replaced).toBeGreaterThan(0)
  })

  it('replays the rest before it ends on an abort', async () => {
    const controller = new AbortController()
    const { scheduler } = openWorld(createToySlots(fickle), REPLAY)
    const aborting = (async function* () {
      for await (const event of scheduler.generate(requestOf({ maxTokens: 80 }), controller.signal)) {
        if (event.type === 'tokens' && event.position >= 12) controller.abort()
        yield event
      }
    })()
    const generated = await collect(aborting)
    expect(generated.finish).toBe('aborted')
    expect(generated.segmentLengths.length).toBe(1)
    const checker = openWorld(createToySlots(fickle), REPLAY)
    const report = await checker.check({ ...requestOf(), ...claimOf(generated), cell: checker.cell })
    expect([report.tokensMatched, rowsEqualIn(report)]).toEqual([generated.ids.length, [true]])
  })

  it('replays as many segments as a long answer has', async () => {
    const world = openWorld(createToySlots({ ...fickle, contextTokens: 4_096, reach: 4 }), REPLAY)
    const generated = await world.generate({ maxTokens: 70 * 32 })
    expect(generated.segmentLengths.length).toBe(70)
  })

  it('gives up on a device that never agrees with itself, and on nobody else', async () => {
    const toy = createToySlots()
    let flip = 0
    const decoder = {
      ...toy,
      run: async (feeds: Parameters<ToySlots['run']>[0]) => {
        const answers = await toy.run(feeds)
        if (feeds.length > 1 || feeds[0]?.ids[0] !== 5) return answers
        // The first row of the segment of the prompt that ends with 5.
        flip += 1
        return answers.map((answer) => ({
          ...answer,
          logits: (index: number) =>
            index === 0 ? new Float32Array(16).fill(0).fill(1, flip % 16, (flip % 16) + 1) : answer.logits(index),
        }))
      },
    }
    const world = openWorld(decoder, { ...REPLAY, prefillChunk: 64 })
    await expect(world.generate({ maxTokens: 40 })).rejects.toMatchObject({ code: 'engine/run-failed' })
    expect((await world.generate({ promptIds: [1, 2, 3], maxTokens: 3 })).finish).toBe('length')
  })
})
