import { describe, expect, it } from 'vitest'
import { SAMPLED } from '../requests.ts'
import { generateSimply } from '../simple-loop.ts'
import { createToySlots, type ToySlotsOptions } from '../toy-slots.ts'
import { openWorld, outcomeOf, REPLAY, requestOf, turn, WINDOW } from './scheduler-world.ts'

const toy: ToySlotsOptions = { packing: 'steps', contextTokens: 512, reach: 64 }

function aheadShare(reports: readonly { kind: string; tokens: number }[]): number {
  const tokens = (kind?: string) =>
    reports.reduce((sum, report) => sum + (kind === undefined || report.kind === kind ? report.tokens : 0), 0)
  return tokens('ahead') / tokens()
}

describe('steps that a device takes by itself', () => {
  it.each([
    ['a device that is always right', 0],
    ['one guess in eight wrong', 1],
    ['half of the guesses wrong', 4],
  ])('give the tokens and rows of the simple loop: %s', async (_, residentErrors) => {
    const slots = createToySlots({ ...toy, residentErrors })
    const world = openWorld(slots, WINDOW)
    const all = [
      { promptIds: [1, 2, 3], maxTokens: 90 },
      { promptIds: [4, 5, 6, 7], maxTokens: 75, sampler: SAMPLED },
    ]
    const generated = await Promise.all(all.map((options) => world.generate(options)))
    for (const [i, options] of all.entries()) {
      const alone = createToySlots({ ...toy, packing: 'single' })
      const expected = await generateSimply(alone, WINDOW, requestOf(options))
      expect(generated[i] && outcomeOf(generated[i])).toEqual(expected)
    }
    // A device that errs that often is left alone.
    if (residentErrors < 4) expect(aheadShare(world.reports)).toBeGreaterThan(0.8)
  })

  it('go on for as long as the device agrees, and are fewer where it does not', async () => {
    const runsOf = async (residentErrors: number) => {
      const world = openWorld(createToySlots({ ...toy, residentErrors }), WINDOW, { drafts: false })
      await world.generate({ maxTokens: 120 })
      return world.reports.filter(({ kind }) => kind === 'ahead')
    }
    const [right, wrong] = [await runsOf(0), await runsOf(6)]
    expect(right.length).toBeLessThan(20)
    // Two rows a step: eight steps cost sixteen, two cost four.
    expect(Math.max(...wrong.slice(5).map(({ rows }) => rows))).toBeLessThanOrEqual(8)
  })

  it('stop at a stop token, wherever the device went', async () => {
    const free = await openWorld(createToySlots(toy), WINDOW).generate({ maxTokens: 60 })
    const stopIds = [free.ids[20] ?? -1]
    const stopped = await openWorld(createToySlots({ ...toy, residentErrors: 0 }), WINDOW).generate({ stopIds })
    expect(stopped.ids).toEqual(free.ids.slice(0, free.ids.indexOf(stopIds[0] ?? -1) + 1))
    expect(stopped.finish).toBe('stop')
  })

  it('are provisional where segments are replayed, and end with them', async () => {
    const fickle: ToySlotsOptions = { ...toy, character: 'fickle' }
    const world = openWorld(createToySlots({ ...fickle, residentErrors: 1 }), REPLAY)
    const generated = await world.generate({ maxTokens: 100 })
    const alone = createToySlots({ ...fickle, packing: 'single' })
    expect(outcomeOf(generated)).toEqual(await generateSimply(alone, REPLAY, requestOf({ maxTokens: 100 })))
    expect(generated.streamed).toEqual(generated.ids)
  })

  it('give way to a prompt that is to be read', async () => {
    const slots = createToySlots({ ...toy, contextTokens: 4_096, residentErrors: 0 })
    const world = openWorld(slots, WINDOW)
    const controller = new AbortController()
    const writing = world.generate({ maxTokens: 4_000 }, controller.signal)
    while (world.reports.at(-1)?.kind !== 'ahead') await turn()
    const before = world.reports.length
    await world.generate({ promptIds: Array.from({ length: 64 }, (_, i) => i % 16), maxTokens: 1 })
    const during = world.reports.slice(before)
    expect(during.filter(({ kind }) => kind === 'feeds').length).toBeGreaterThan(2)
    controller.abort()
    expect((await writing).finish).toBe('aborted')
  })

  it.each([
    ['are left for drafts where those write more in the same time', 2, 'feeds'],
    ['are preferred where they are faster than any draft', 0.01, 'ahead'],
  ])('%s', async (_, stepMs, kind) => {
    const slots = createToySlots({ ...toy, reach: 2, residentErrors: 0 })
    const world = openWorld(slots, WINDOW, {}, stepMs)
    await world.generate({ promptIds: [1, 2, 3, 4], maxTokens: 400 })
    const tokens = world.reports.slice(20).map((report) => (report.kind === kind ? report.tokens : 0))
    expect(tokens.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(200)
  })
})
