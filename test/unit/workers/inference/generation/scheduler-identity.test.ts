import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GenerateOptions } from '../../../../../src/engine/messages.ts'
import { GREEDY } from '../../../../../tools/greedy.ts'
import type { RunShape } from '../../../../../workers/inference/generation/plan-runs.ts'
import { referee } from '../cells.ts'
import { claimOf, collect, SAMPLED } from '../requests.ts'
import { checkSimply, generateSimply } from '../simple-loop.ts'
import { type Character, createToySlots, type ToySlotsOptions } from '../toy-slots.ts'
import { FREE, openWorld, outcomeOf, REPLAY, requestOf, turn, WINDOW, WINDOW_4, type World } from './scheduler-world.ts'

interface Script {
  options: GenerateOptions
  /** Turns of the event loop before it asks. */
  joinAfter: number
  /** Tokens after which its caller loses interest, or null. */
  abortAfter: number | null
  /** Asks again, with the answer and this id behind the prompt. */
  followUp: number | null
  /** Has its answer checked afterwards, with one token altered or not. */
  checks: 'honest' | 'altered' | null
}

/** Small enough that some answers end there. */
const CONTEXT_TOKENS = 96

const SHARED = Array.from({ length: 48 }, (_, i) => (i * 5) % 7)

const prompts = fc.oneof(
  // Beginnings that others have too, and texts that repeat themselves.
  fc
    .tuple(fc.nat({ max: 48 }), fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 12 }))
    .map(([shared, own]) => [...SHARED.slice(0, shared), ...own]),
  fc.array(fc.nat({ max: 15 }), { minLength: 2, maxLength: 5 }).map((phrase) => [...phrase, ...phrase, ...phrase]),
)

function scripts(stops: boolean): fc.Arbitrary<Script[]> {
  const script = fc
    .record({
      promptIds: prompts,
      maxTokens: fc.integer({ min: 1, max: 70 }),
      sampled: fc.boolean(),
      stopIds: fc.array(fc.nat({ max: 15 }), { maxLength: stops ? 1 : 0 }),
      joinAfter: fc.nat({ max: 60 }),
      abortAfter: fc.option(fc.nat({ max: 40 }), { freq: 5 }),
      followUp: fc.option(fc.nat({ max: 15 }), { freq: 2 }),
      checks: fc.constantFrom('honest' as const, 'altered' as const, null),
    })
    .map(({ sampled, joinAfter, abortAfter, followUp, checks, ...options }) => ({
      options: requestOf({ ...options, sampler: sampled ? SAMPLED : GREEDY }),
      joinAfter,
      abortAfter,
      followUp,
      checks,
    }))
  return fc.array(script, { minLength: 1, maxLength: 7 })
}

/** Everything that happens to one request, compared with the simple loop alone on a device of the same character. */
async function live(world: World, shape: RunShape, toy: ToySlotsOptions, script: Script): Promise<void> {
  const { options, abortAfter } = script
  const alone = () => createToySlots({ ...toy, packing: 'single', slots: 1 })
  for (let i = 0; i < script.joinAfter; i++) await turn()
  const controller = new AbortController()
  const watched = (async function* () {
    for await (const event of world.scheduler.generate(options, controller.signal)) {
      if (event.type === 'tokens' && abortAfter !== null && event.position >= abortAfter) controller.abort()
      yield event
    }
  })()
  const generated = await collect(watched)
  const expected = await generateSimply(alone(), shape, options)
  if (generated.finish === 'aborted') {
    const whole = generated.segmentLengths.filter((length) => length === 32).length
    expect(generated.rowsHashes.slice(0, whole)).toEqual(expected.rowsHashes.slice(0, whole))
    if (shape.exactness.kind !== 'replay') expect(generated.ids).toEqual(expected.ids.slice(0, generated.ids.length))
    return
  }
  expect(outcomeOf(generated)).toEqual(expected)
  expect(generated.streamed).toEqual(expected.ids)
  if (script.followUp !== null) {
    const promptIds = [...options.promptIds, ...expected.ids, script.followUp].slice(-CONTEXT_TOKENS + 1)
    await live(world, shape, toy, { ...script, options: { ...options, promptIds }, joinAfter: 0, followUp: null })
  }
  if (script.checks === null) return
  const outputIds = [...expected.ids]
  if (script.checks === 'altered') outputIds[outputIds.length >> 1] = 3
  const claim = { ...options, ...claimOf({ ...expected, ids: outputIds }), cell: referee(shape) }
  const report = await world.check(claim)
  expect(report).toMatchObject(await checkSimply(alone(), shape, claim))
}

const cells: { name: string; shape: RunShape; character: Character; thinRows: number }[] = [
  { name: 'a window of two', shape: WINDOW, character: 'thin', thinRows: 2 },
  { name: 'a window of four', shape: WINDOW_4, character: 'thin', thinRows: 4 },
  { name: 'replay', shape: REPLAY, character: 'fickle', thinRows: 1 },
  { name: 'no exactness', shape: FREE, character: 'steady', thinRows: 1 },
]

describe('whatever runs beside it, a request gets what the simple loop alone gives', () => {
  for (const { name, shape, character, thinRows } of cells) {
    for (const packing of ['mixed', 'steps', 'single'] as const) {
      it.each([
        ['text that never repeats', { reach: 64 }],
        ['text that copies itself', { reach: 2 }],
        ['text that copies itself, steps ahead', { reach: 2, residentErrors: packing === 'steps' ? 2 : null }],
      ])(
        `${name}, ${packing}: %s`,
        async (_, own) => {
          // With replay, where an answer stops may depend on what was provisionally chosen: then tokens do not move.
          const property = fc.asyncProperty(
            fc.boolean().chain((stops) => fc.tuple(fc.constant(stops), scripts(stops))),
            async ([stops, all]) => {
              const toy: ToySlotsOptions = {
                ...own,
                character,
                thinRows,
                movesTokens: character !== 'fickle' || !stops,
              }
              const world = openWorld(createToySlots({ ...toy, packing, slots: 3 }), shape, { busyReadRows: 8 })
              await Promise.all(all.map((script) => live(world, shape, toy, script)))
              await world.scheduler.idle()
              expect([world.scheduler.running, world.scheduler.waiting]).toEqual([0, 0])
            },
          )
          await fc.assert(property, { numRuns: 25 })
        },
        60_000,
      )
    }
  }
})
