import { describe, expect, it } from 'vitest'
import { SAMPLED } from '../requests.ts'
import { generateSimply } from '../simple-loop.ts'
import { createToySlots, type ToySlotsOptions } from '../toy-slots.ts'
import { openWorld, outcomeOf, REPLAY, requestOf, WINDOW } from './scheduler-world.ts'

/** Two ids choose the next: within a few dozen tokens such a text runs in circles. */
const COPYING: ToySlotsOptions = { reach: 2 }
/** Everything before chooses the next: what stood behind the same two ids last time is no more likely than anything. */
const STORY: ToySlotsOptions = { reach: 64 }

const options = { promptIds: [1, 2, 3, 4], maxTokens: 160 }

async function measure(toy: ToySlotsOptions, shape = WINDOW, costOfRow = 1 / 8, drafts = true) {
  let nowMs = 0
  const slots = createToySlots({
    ...toy,
    contextTokens: 512,
    onRun: (feeds) => {
      const rows = feeds.reduce((sum, { ids }) => sum + ids.length, 0)
      nowMs += 1 + rows * costOfRow
    },
  })
  const world = openWorld(slots, shape, { drafts, now: () => nowMs })
  const generated = await world.generate(options)
  const drafted = world.reports.reduce((sum, report) => sum + report.drafts, 0)
  return { generated, drafted, nowMs, runs: slots.runs.length }
}

describe('guessing from the text so far', () => {
  it('writes a text that repeats itself in a fraction of the runs, token for token the same', async () => {
    const { generated, runs } = await measure(COPYING)
    const alone = createToySlots({ ...COPYING, contextTokens: 512, packing: 'single' })
    expect(outcomeOf(generated)).toEqual(await generateSimply(alone, WINDOW, requestOf(options)))
    expect(runs).toBeLessThan(80)
  })

  it.each([
    ['a window', WINDOW],
    ['replay', REPLAY],
  ])('is at least 1.5 times as fast on such a text (%s)', async (_, shape) => {
    const [withDrafts, without] = [await measure(COPYING, shape), await measure(COPYING, shape, 1 / 8, false)]
    expect(without.drafted).toBe(0)
    expect(without.nowMs / withDrafts.nowMs).toBeGreaterThan(1.5)
  })

  it.each([
    ['cheap rows, a window', 1 / 8, WINDOW],
    ['dear rows, a window', 1, WINDOW],
    ['rows that are all a run costs, replay', 20, REPLAY],
    ['dear rows, replay', 1, REPLAY],
  ])('costs no more than 3 %% on a story (%s)', async (_, costOfRow, shape) => {
    const [withDrafts, without] = [
      await measure(STORY, shape, costOfRow),
      await measure(STORY, shape, costOfRow, false),
    ]
    expect(withDrafts.generated).toEqual(without.generated)
    expect(without.nowMs / withDrafts.nowMs).toBeGreaterThan(0.97)
  })

  it('switches itself on when a story begins to repeat itself', async () => {
    const dear = await measure(COPYING, REPLAY, 1)
    expect(dear.drafted).toBeGreaterThan(0)
  })

  it('guesses what is sampled just as well: its noise is known', async () => {
    const slots = createToySlots({ ...COPYING, contextTokens: 512 })
    const world = openWorld(slots, WINDOW)
    const request = { ...options, sampler: SAMPLED }
    const generated = await world.generate(request)
    const alone = createToySlots({ ...COPYING, contextTokens: 512, packing: 'single' })
    expect(outcomeOf(generated)).toEqual(await generateSimply(alone, WINDOW, requestOf(request)))
    expect(world.reports.some(({ drafts }) => drafts > 0)).toBe(true)
  })

  it.each([1, 2, 3, 4, 5])(
    'fills the rows beside drafts up no further than the context goes (%i apart)',
    async (apart) => {
      const toy: ToySlotsOptions = { ...COPYING, contextTokens: 96 }
      const world = openWorld(createToySlots({ ...toy, packing: 'steps' }), REPLAY)
      const requests = [30, 30 + apart].map((length) =>
        requestOf({ promptIds: Array.from({ length }, (_, i) => i % 4), maxTokens: 1_000 }),
      )
      const generated = await Promise.all(requests.map((request) => world.generate(request)))
      for (const [i, request] of requests.entries()) {
        const alone = createToySlots({ ...toy, packing: 'single' })
        expect(generated[i] && outcomeOf(generated[i])).toEqual(await generateSimply(alone, REPLAY, request))
      }
      expect(world.reports.some(({ drafts, writing }) => drafts > 0 && writing === 2)).toBe(true)
    },
  )
})
