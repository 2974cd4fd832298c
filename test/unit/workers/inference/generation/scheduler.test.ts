import { describe, expect, it } from 'vitest'
import { CodedError } from '../../../../../src/protocol/errors.ts'
import { referee } from '../cells.ts'
import { collect, NO_EVIDENCE } from '../requests.ts'
import { generateSimply } from '../simple-loop.ts'
import { createToySlots, type ToySlotsOptions } from '../toy-slots.ts'
import { FREE, openWorld, outcomeOf, REPLAY, requestOf, turn, WINDOW, type World } from './scheduler-world.ts'

const LONG_13 = Array.from({ length: 20 }, () => 13)

function simply(toy: ToySlotsOptions, shape = WINDOW, options = requestOf()) {
  return generateSimply(createToySlots({ ...toy, packing: 'single', slots: 1 }), shape, options)
}

/** Starts `count` answers that go on until they are stopped, and waits until all of them write. */
async function writers(world: World, count: number, signal: AbortSignal) {
  const answers = Array.from({ length: count }, (_, i) =>
    world.generate({ promptIds: [1, 2, i + 3], maxTokens: 10_000 }, signal),
  )
  while (world.reports.at(-1)?.writing !== count) await turn()
  return answers
}

describe('places', () => {
  it('go to as many as there are slots, then in order of arrival, checks and answers alike', async () => {
    const world = openWorld(createToySlots({ slots: 2 }), WINDOW)
    const done: string[] = []
    const note = (name: string) => () => done.push(name)
    const claim = { ...requestOf(), outputIds: [1, 2, 3], ...NO_EVIDENCE, cell: referee(WINDOW) }
    const all = [
      world.generate({ maxTokens: 30 }).then(note('first')),
      world.generate({ maxTokens: 40 }).then(note('second')),
      world.check(claim).then(note('check')),
      world.generate({ maxTokens: 3 }).then(note('last')),
    ]
    while (world.scheduler.running < 2) await turn()
    expect([world.scheduler.running, world.scheduler.waiting]).toEqual([2, 2])
    await Promise.all(all)
    expect(done).toEqual(['first', 'check', 'last', 'second'])
  })

  it('are given up at the token where an answer ends, and taken at the next run', async () => {
    const toy = createToySlots({ slots: 1 })
    const world = openWorld(toy, WINDOW, { drafts: false })
    await Promise.all([world.generate({ maxTokens: 5 }), world.generate({ promptIds: [7, 7, 7], maxTokens: 5 })])
    // Each: one run that reads its prompt and chooses the first token, four steps.
    expect(toy.runs.length).toBe(10)
  })

  it('are left by a caller that stops reading, without a word', async () => {
    const world = openWorld(createToySlots({ slots: 1 }), WINDOW)
    const events = world.scheduler.generate(requestOf({ maxTokens: 100 }), new AbortController().signal)
    await events.next()
    await events.return()
    await world.scheduler.idle()
    expect(world.scheduler.running).toBe(0)
    expect((await world.generate({})).finish).toBe('length')
  })

  it('are not held up by a caller that reads nothing for a while', async () => {
    const toy = createToySlots()
    const world = openWorld(toy, WINDOW, { drafts: false })
    const slow = world.scheduler.generate(requestOf({ promptIds: [9, 8], maxTokens: 90 }), new AbortController().signal)
    await slow.next()
    const other = await world.generate({ maxTokens: 60 })
    expect(other.finish).toBe('length')
    // It goes four tokens ahead of its caller, and a run, no further.
    expect(toy.runs.filter((feeds) => feeds.some(({ slot }) => slot === 0)).length).toBeLessThan(8)
    const rest = await collect(slow)
    expect(rest.ids.length).toBe(90)
  })
})

describe('a step of several', () => {
  it.each(['mixed', 'steps'] as const)('is one run for all who write (%s)', async (packing) => {
    const controller = new AbortController()
    const toy = createToySlots({ packing, contextTokens: 4_096, slots: 4 })
    const world = openWorld(toy, WINDOW)
    const answers = await writers(world, 4, controller.signal)
    const before = world.reports.length
    while (world.reports.length < before + 20) await turn()
    expect(world.reports.slice(before).every(({ writing }) => writing === 4)).toBe(true)
    controller.abort()
    await Promise.all(answers)
  })

  it.each([
    ['mixed', 1, WINDOW],
    ['steps', 2, WINDOW],
    // Two that replay at once wait for each other, and for one step.
    ['mixed', 3, REPLAY],
  ] as const)(
    'comes at least every other run while long prompts and checks are read (%s, every %i)',
    async (packing, bound, shape) => {
      const controller = new AbortController()
      const toy = createToySlots({ packing, contextTokens: 4_096, slots: 6 })
      const world = openWorld(toy, shape, { busyReadRows: 8 })
      const answers = await writers(world, 2, controller.signal)
      const slots = new Set(toy.runs.at(-1)?.map(({ slot }) => slot))
      const from = toy.runs.length
      const long = Array.from({ length: 200 }, (_, i) => i % 16)
      const claim = { ...requestOf({ promptIds: long }), outputIds: long, ...NO_EVIDENCE, cell: referee(shape) }
      await Promise.all([
        world.generate({ promptIds: long, maxTokens: 1 }),
        world.generate({ promptIds: long.toReversed(), maxTokens: 1 }),
        world.check(claim),
        world.check({ ...claim, promptIds: long.toReversed() }),
      ])
      for (const slot of slots) {
        const gaps = gapsOf(toy.runs.slice(from).map((feeds) => feeds.some((feed) => feed.slot === slot)))
        expect(Math.max(...gaps)).toBeLessThanOrEqual(bound)
      }
      controller.abort()
      await Promise.all(answers)
    },
  )

  it('lets prompts take turns, so that a short one does not wait for a long one', async () => {
    const toy = createToySlots({ packing: 'steps', contextTokens: 4_096 })
    const world = openWorld(toy, FREE)
    const long = world.generate({ promptIds: Array.from({ length: 640 }, (_, i) => i % 16), maxTokens: 1 })
    while (toy.runs.length < 2) await turn()
    await world.generate({ promptIds: [5, 6, 7], maxTokens: 1 })
    expect(toy.runs.length).toBeLessThan(6)
    await long
  })
})

describe('what fails', () => {
  const lost = new CodedError({ code: 'engine/device-lost', message: 'Gone.', nextStep: 'Wait.' })

  it('with the device, fails for everybody who was running, with its code; who waited goes on', async () => {
    const world = openWorld(createToySlots({ slots: 2, failAt: { run: 9, error: lost } }), WINDOW)
    const results = await Promise.allSettled([world.generate({}), world.generate({}), world.generate({})])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(results[0]).toMatchObject({ reason: { code: 'engine/device-lost' } })
    expect(outcomeOf(await world.generate({}))).toEqual(await simply({}))
  })

  it('alone, for want of a number, fails alone', async () => {
    const toy = createToySlots({})
    const world = openWorld(
      {
        ...toy,
        run: async (feeds) => {
          const answers = await toy.run(feeds)
          return answers.map((answer, i) =>
            feeds[i]?.ids.includes(13) ? { ...answer, logits: () => new Float32Array(16).fill(Number.NaN) } : answer,
          )
        },
      },
      WINDOW,
    )
    const bad = world.generate({ promptIds: LONG_13 })
    const good = world.generate({ promptIds: [0], maxTokens: 3 })
    await expect(bad).rejects.toMatchObject({ code: 'engine/run-failed' })
    await expect(good).resolves.toMatchObject({ finish: 'length' })
    // Nor is it the beginning of what is asked next.
    const again = toy.runs.length
    await expect(world.generate({ promptIds: LONG_13 })).rejects.toMatchObject({ code: 'engine/run-failed' })
    expect(toy.runs[again]?.[0]?.start).toBe(0)
  })

  it('for want of room refuses before it takes a place', async () => {
    const toy = createToySlots({ contextTokens: 32 })
    const world = openWorld(toy, WINDOW)
    const long = Array.from({ length: 32 }, () => 1)
    await expect(world.generate({ promptIds: long })).rejects.toMatchObject({ code: 'engine/context-overflow' })
    await expect(
      world.check({ ...requestOf(), outputIds: long, ...NO_EVIDENCE, cell: referee(WINDOW) }),
    ).rejects.toMatchObject({ code: 'engine/context-overflow' })
    expect(toy.runs).toEqual([])
  })
})

describe('an abort', () => {
  it('while waiting ends an answer without a token, and a check with its code', async () => {
    const world = openWorld(createToySlots({ slots: 1, contextTokens: 4_096 }), WINDOW)
    const holding = new AbortController()
    const [holder] = await writers(world, 1, holding.signal)
    const controller = new AbortController()
    const answer = world.generate({}, controller.signal)
    const check = world.check(
      { ...requestOf(), outputIds: [1], ...NO_EVIDENCE, cell: referee(WINDOW) },
      controller.signal,
    )
    await turn()
    expect(world.scheduler.waiting).toBe(2)
    controller.abort()
    expect(await answer).toMatchObject({ ids: [], finish: 'aborted' })
    await expect(check).rejects.toMatchObject({ code: 'engine/aborted' })
    holding.abort()
    expect((await holder)?.finish).toBe('aborted')
  })

  it('ends within one token, with the rest committed as a short segment', async () => {
    const world = openWorld(createToySlots(), WINDOW, { drafts: false })
    const controller = new AbortController()
    const seen: string[] = []
    for await (const event of world.scheduler.generate(requestOf(), controller.signal)) {
      seen.push(event.type)
      if (event.type === 'tokens' && event.position === 4) controller.abort()
    }
    expect(seen).toEqual(['tokens', 'tokens', 'tokens', 'tokens', 'tokens', 'segment', 'finish'])
  })

  it('ends between two runs of a prompt', async () => {
    const controller = new AbortController()
    const toy = createToySlots({
      onRun: () => {
        if (toy.runs.length === 2) controller.abort()
      },
    })
    const world = openWorld(toy, { exactness: { kind: 'none' }, prefillChunk: 8 })
    const generated = await world.generate({ promptIds: Array.from({ length: 64 }, () => 1) }, controller.signal)
    expect(generated).toMatchObject({ ids: [], finish: 'aborted' })
    expect(toy.runs.length).toBe(2)
  })
})

describe('the end', () => {
  it('comes for all who run or wait, and the loop is at rest then', async () => {
    const world = openWorld(createToySlots({ slots: 1 }), WINDOW)
    const calls = [world.generate({ maxTokens: 90 }), world.generate({ maxTokens: 90 })]
    const settled = Promise.allSettled(calls)
    while (world.scheduler.running < 1) await turn()
    await world.scheduler.dispose()
    expect(await settled).toMatchObject([
      { status: 'rejected', reason: { code: 'engine/aborted' } },
      { status: 'rejected', reason: { code: 'engine/aborted' } },
    ])
    await expect(world.generate({})).rejects.toMatchObject({ code: 'engine/aborted' })
    expect([world.scheduler.running, world.scheduler.waiting]).toEqual([0, 0])
  })

  it('is idle at once where nothing was asked', async () => {
    await expect(openWorld(createToySlots(), WINDOW).scheduler.idle()).resolves.toBeUndefined()
  })
})

/** Longest stretches without, in runs. */
function gapsOf(present: readonly boolean[]): number[] {
  const gaps: number[] = []
  let gap = 0
  for (const here of present) {
    gap += 1
    if (here) {
      gaps.push(gap)
      gap = 0
    }
  }
  return gaps
}
