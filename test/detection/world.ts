import type { CheckOptions, Engine } from '../../src/participant/ports.ts'
import { type StandardPrompt, standardPrompt } from '../../src/participant/standard-prompts.ts'
import { openModelFolder } from '../../tools/bench/node-runtime.ts'
import { openNodeCell } from '../../tools/calibrate/cells.ts'
import { twinsOf } from '../../tools/twins/twins.ts'
import { openTeacherForcing, type TeacherForcing } from '../doubles/hostile/teacher-forcing.ts'
import { answersOf } from './checked-answer.ts'

/** Prompts that no calibration has seen begin here. */
const UNSEEN = 10_000

/** Every engine that an honest or a hostile provider computes with, each on one thread of its own. */
export interface World {
  /** The shipped model: written out in f32, the universal cell; in 4-bit kernels; in half precision. */
  referee: Engine
  inPlace: Engine
  half: Engine
  /** The model that the shipped one may have been before it was rounded, in f32; in 8 bits, written out and in 8-bit kernels. */
  original: Engine
  eight: Engine
  eightInPlace: Engine
  /** The shipped model without its fourth layer; without its second and fourth; with 64 weights one step off. */
  skipsOne: Engine
  skipsTwo: Engine
  nudged: Engine
  forcing: TeacherForcing
  /** What an honest provider sends of another answer. */
  otherAnswer: CheckOptions
  /** [hidden]: mean of the referee's rows over answers. */
  averageRow: Float32Array
  stop(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const twins = twinsOf(await openModelFolder())
  const expanded = { threads: 1, expand: true }
  const inPlace = { threads: 1, expand: false }
  const eight = await twins.eight()
  const engines = {
    referee: await openNodeCell(expanded, twins.shipped),
    inPlace: await openNodeCell(inPlace, twins.shipped),
    half: await openNodeCell(inPlace, await twins.halved()),
    original: await openNodeCell(expanded, await twins.original()),
    eight: await openNodeCell(expanded, eight),
    eightInPlace: await openNodeCell(inPlace, eight),
    skipsOne: await openNodeCell(expanded, await twins.skipping(3)),
    skipsTwo: await openNodeCell(expanded, await twins.skipping(1, 3)),
    nudged: await openNodeCell(expanded, await twins.nudged()),
  }
  const forcing = await openTeacherForcing(twins.shipped)
  const seen = await answersOf(engines.referee, unseenPrompts(8, 4_000))
  const [otherAnswer] = seen
  if (otherAnswer === undefined) throw new Error('the referee answered nothing')
  return {
    ...engines,
    forcing,
    otherAnswer,
    averageRow: averageOf(
      (await Promise.all(seen.map((claim) => forcing.rows(claim.promptIds, claim.outputIds)))).flat(),
    ),
    async stop() {
      await forcing.release()
      for (const engine of Object.values(engines)) await engine.stop()
    },
  }
}

export function unseenPrompts(count: number, from = 0): StandardPrompt[] {
  return Array.from({ length: count }, (_, i) => standardPrompt(UNSEEN + from + i))
}

function averageOf(rows: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(rows[0]?.length ?? 0)
  for (const row of rows) for (const [i, value] of row.entries()) mean[i] = (mean[i] ?? 0) + value / rows.length
  return mean
}
