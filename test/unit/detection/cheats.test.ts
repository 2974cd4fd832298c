import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standardPrompt } from '../../../src/participant/standard-prompts.ts'
import { openModelFolder } from '../../../tools/bench/node-runtime.ts'
import { openNodeCell } from '../../../tools/calibrate/cells.ts'
import { twinsOf } from '../../../tools/twins/twins.ts'
import { type Cheat, evidenceCheats, modelCheats, precisionCheats, questionCheats } from '../../detection/cheats.ts'
import { answersOf, judgedByEquality, judgedByThresholds, reportsOf } from '../../detection/checked-answer.ts'
import { publishedLimits } from '../../detection/limits.ts'
import type { World } from '../../detection/world.ts'
import { openTeacherForcing } from '../../doubles/hostile/teacher-forcing.ts'

/** A question with a tale before it, sampled; and a short one. */
const PROMPTS = [standardPrompt(4), standardPrompt(3)].map((prompt) => ({ ...prompt, maxTokens: 64 }))
const SAMPLED = { temperatureMilli: 800, topK: 40, topPMilli: 950 }
const QUESTIONS = PROMPTS.map((prompt) => ({ ...prompt, sampler: SAMPLED }))

type Small = Pick<
  World,
  'referee' | 'inPlace' | 'skipsOne' | 'original' | 'eight' | 'eightInPlace' | 'forcing' | 'otherAnswer' | 'averageRow'
>

let world: Small
let cheats: Cheat[]

beforeAll(async () => {
  const twins = twinsOf(await openModelFolder())
  const [expanded, inPlace] = [
    { threads: 1, expand: true },
    { threads: 1, expand: false },
  ]
  const eight = await twins.eight()
  const engines = {
    referee: await openNodeCell(expanded, twins.shipped),
    inPlace: await openNodeCell(inPlace, twins.shipped),
    skipsOne: await openNodeCell(expanded, await twins.skipping(3)),
    original: await openNodeCell(expanded, await twins.original()),
    eight: await openNodeCell(expanded, eight),
    eightInPlace: await openNodeCell(inPlace, eight),
  }
  const forcing = await openTeacherForcing(twins.shipped)
  const [otherAnswer] = await answersOf(engines.referee, [standardPrompt(5)])
  if (otherAnswer === undefined) throw new Error('the referee answered nothing')
  const [averageRow] = await forcing.rows(otherAnswer.promptIds, otherAnswer.outputIds)
  if (averageRow === undefined) throw new Error('an answer has rows')
  world = { ...engines, forcing, otherAnswer, averageRow }
  cheats = [
    ...modelCheats(world, world.skipsOne, 'one layer skipped', true),
    ...precisionCheats(world),
    ...questionCheats(world),
    ...evidenceCheats(world),
  ]
}, 180_000)

afterAll(async () => {
  const { forcing, otherAnswer: _, averageRow: __, ...engines } = world
  await forcing.release()
  for (const engine of Object.values(engines)) await engine.stop()
})

describe('what a check by the real engine finds', () => {
  it('in the cell of the provider: every cheat, in its first segment', async () => {
    for (const { name, provider, exactChecker, suits } of cheats) {
      const reports = await reportsOf(exactChecker, await answersOf(provider, QUESTIONS.filter(suits)))
      expect(reports.length, name).toBeGreaterThan(0)
      for (const report of reports) {
        expect(judgedByEquality(report), name).toMatchObject({ verdict: 'fail', segment: 0 })
      }
    }
  }, 120_000)

  it('in another cell: every cheat that has a goal, in one of two answers', async () => {
    const limits = publishedLimits(world.referee, world.inPlace)
    for (const { name, provider, tolerantChecker, targetTokens } of cheats) {
      if (targetTokens === null) continue
      const reports = await reportsOf(tolerantChecker, await answersOf(provider, QUESTIONS))
      const verdicts = reports.map((report) => judgedByThresholds(report, limits).verdict.verdict)
      expect(verdicts, name).toContain('fail')
    }
  }, 120_000)

  it('of honest work: nothing, in either class and direction', async () => {
    for (const [provider, checker] of [
      [world.referee, world.inPlace],
      [world.inPlace, world.referee],
    ] as const) {
      const claims = await answersOf(provider, PROMPTS)
      for (const report of await reportsOf(provider, claims)) {
        expect(judgedByEquality(report)).toEqual({ verdict: 'pass' })
      }
      for (const report of await reportsOf(checker, claims)) {
        expect(report.segments.some(({ rowsEqual }) => rowsEqual)).toBe(false)
        expect(judgedByThresholds(report, publishedLimits(provider, checker)).verdict).toEqual({ verdict: 'pass' })
      }
    }
  }, 60_000)
})
