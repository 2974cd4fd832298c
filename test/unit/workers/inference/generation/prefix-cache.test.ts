import { describe, expect, it } from 'vitest'
import { claimOf } from '../requests.ts'
import { generateSimply } from '../simple-loop.ts'
import { createToySlots, type ToySlots, type ToySlotsOptions } from '../toy-slots.ts'
import { openWorld, outcomeOf, REPLAY, requestOf, turn, WINDOW } from './scheduler-world.ts'

const LONG = Array.from({ length: 120 }, (_, i) => (i * 7) % 16)

function simply(options: Partial<Parameters<typeof requestOf>[0]>, shape = WINDOW, toy: ToySlotsOptions = {}) {
  return generateSimply(createToySlots({ ...toy, packing: 'single', slots: 1 }), shape, requestOf(options))
}

/** Rows that `work` made the device compute. */
async function rowsOf(toy: ToySlots, work: () => Promise<unknown>): Promise<number> {
  const before = toy.rowsComputed
  await work()
  return toy.rowsComputed - before
}

describe('a prefix that a slot holds', () => {
  it('is not read again: the same prompt costs two rows', async () => {
    const toy = createToySlots()
    const world = openWorld(toy, WINDOW)
    const options = { promptIds: LONG, maxTokens: 1 }
    const first = await world.generate(options)
    let second = first
    expect(await rowsOf(toy, async () => (second = await world.generate(options)))).toBe(2)
    expect(second).toEqual(first)
    expect(outcomeOf(second)).toEqual(await simply(options))
  })

  it('is the whole conversation for the next question', async () => {
    const toy = createToySlots()
    const world = openWorld(toy, WINDOW)
    const first = await world.generate({ promptIds: LONG, maxTokens: 20 })
    const promptIds = [...LONG, ...first.ids, 3, 4, 5]
    const next = { promptIds, maxTokens: 1 }
    // The last token of the answer was never fed.
    expect(await rowsOf(toy, () => world.generate(next))).toBe(4)
    expect(outcomeOf(await world.generate(next))).toEqual(await simply(next))
  })

  it('is copied from a slot that is still writing', async () => {
    const toy = createToySlots({ contextTokens: 4_096 })
    const world = openWorld(toy, WINDOW, { busyReadRows: 8 })
    const controller = new AbortController()
    const writing = world.generate({ promptIds: LONG, maxTokens: 4_000 }, controller.signal)
    while (toy.runs.length < 12) await turn()
    const options = { promptIds: [...LONG.slice(0, 100), 1, 2], maxTokens: 3 }
    expect(outcomeOf(await world.generate(options))).toEqual(await simply(options))
    expect(toy.copied).toEqual([{ from: 0, to: 1, tokens: 100 }])
    controller.abort()
    await writing
  })

  it('is forgotten when asked to, and not used where it is switched off', async () => {
    const toy = createToySlots()
    const world = openWorld(toy, WINDOW)
    const options = { promptIds: LONG, maxTokens: 1 }
    await world.generate(options)
    world.scheduler.forgetPrefixes()
    expect(await rowsOf(toy, () => world.generate(options))).toBe(120)
    const without = openWorld(toy, WINDOW, { prefixCache: false })
    await without.generate(options)
    expect(await rowsOf(toy, () => without.generate(options))).toBe(120)
  })

  it('is not trusted after a failed run', async () => {
    const toy = createToySlots({ failAt: { run: 6, error: new Error('lost') } })
    const world = openWorld(toy, WINDOW)
    await world.generate({ promptIds: LONG, maxTokens: 1 })
    await expect(world.generate({ promptIds: [...LONG, 1], maxTokens: 9 })).rejects.toThrow('lost')
    expect(await rowsOf(toy, () => world.generate({ promptIds: LONG, maxTokens: 1 }))).toBe(120)
  })
})

describe('a check of what was just written', () => {
  it('begins behind the prompt, and gives the rows of every token', async () => {
    const toy = createToySlots()
    const world = openWorld(toy, WINDOW)
    const question = requestOf({ promptIds: LONG, maxTokens: 40 })
    const answer = await world.generate(question)
    const claim = { ...question, ...claimOf(answer), cell: world.cell }
    let report: unknown = null
    expect(await rowsOf(toy, async () => (report = await world.check(claim)))).toBeLessThan(44)
    expect(report).toMatchObject({
      exactPair: true,
      tokensMatched: 40,
      segments: [{ rowsEqual: true }, { rowsEqual: true }],
    })
  })
})

describe('where bits depend on the cut', () => {
  const toy: ToySlotsOptions = { character: 'fickle' }

  it('only whole runs of the same plan are reused', async () => {
    const slots = createToySlots(toy)
    const world = openWorld(slots, REPLAY)
    await world.generate({ promptIds: LONG, maxTokens: 1 })
    // Runs of 16, the last one of 119 − 112 = 7; the other prompt is cut alike up to 96.
    const options = { promptIds: LONG.slice(0, 110), maxTokens: 1 }
    const reused = await world.generate(options)
    expect(outcomeOf(reused)).toEqual(await simply(options, REPLAY, toy))
    const starts = slots.runs.slice(-4).map(([feed]) => [feed?.start, feed?.ids.length])
    // The rest of the prompt, a step, and the token's replay.
    expect(starts.slice(1)).toEqual([
      [96, 13],
      [109, 1],
      [109, 1],
    ])
  })

  it('an answer that goes on finds its committed segments as a checker would have cut them', async () => {
    const slots = createToySlots(toy)
    const world = openWorld(slots, REPLAY)
    const whole = await world.generate({ maxTokens: 96 })
    const resumedIds = whole.ids.slice(0, 64)
    const before = slots.runs.length
    const rest = await world.generate({ maxTokens: 96, resumedIds })
    expect(rest.ids).toEqual(whole.ids.slice(64))
    expect(rest.rowsHashes).toEqual(whole.rowsHashes.slice(2))
    expect(slots.runs[before]?.[0]?.start).toBe(4 + 64)
  })
})
