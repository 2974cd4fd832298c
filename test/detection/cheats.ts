import type { Engine } from '../../src/participant/ports.ts'
import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import { cheapPrecision } from '../doubles/hostile/cheap-precision.ts'
import { constantGuess } from '../doubles/hostile/constant-guess.ts'
import { copiedEvidence } from '../doubles/hostile/copied-evidence.ts'
import { editedPrompt } from '../doubles/hostile/edited-prompt.ts'
import { nullEvidence } from '../doubles/hostile/null-evidence.ts'
import { otherModel } from '../doubles/hostile/other-model.ts'
import { prefillSpoof } from '../doubles/hostile/prefill-spoof.ts'
import { randomTokens } from '../doubles/hostile/random-tokens.ts'
import { truncatedContext } from '../doubles/hostile/truncated-context.ts'
import { wrongSeed } from '../doubles/hostile/wrong-seed.ts'
import { wrongTemperature } from '../doubles/hostile/wrong-temperature.ts'
import type { World } from './world.ts'

export interface Cheat {
  name: string
  /** What it is called in simulation/measured-statistics.json. */
  simulated: string | null
  provider: Engine
  /** Of the cell that the provider claims; and of another one, honest between which two `pair` is. */
  exactChecker: Engine
  tolerantChecker: Engine
  pair: 'shipped' | 'eight' | 'original'
  /** Tokens to detection in the tolerant class; null where none is set. */
  targetTokens: number | null
  /** Where the cheat differs from honest work at all. */
  suits: (prompt: StandardPrompt) => boolean
}

/** An id of the middle of the vocabulary, for what a cheat slips into a question. */
const SLIPPED_ID = 1_234

const isSampled = ({ sampler }: StandardPrompt): boolean => sampler.temperatureMilli > 0
const isLong = ({ text }: StandardPrompt): boolean => text.length > 300

type Shipped = Pick<World, 'referee' | 'inPlace'>

/** Who has another model write: alone, and with one honest prefill over what it wrote. */
export function modelCheats(
  world: Shipped & Pick<World, 'forcing'>,
  cheap: Engine,
  what: string,
  main: boolean,
): Cheat[] {
  const { referee, forcing } = world
  return [
    cheat(world, `other model: ${what}`, otherModel(referee, cheap), {
      targetTokens: 32,
      simulated: main ? 'other-model' : null,
    }),
    cheat(world, `prefill spoof: ${what}`, prefillSpoof(referee, cheap, forcing), {
      targetTokens: 100,
      simulated: main ? 'prefill-spoof' : null,
    }),
  ]
}

export function precisionCheats(world: Pick<World, 'referee' | 'original' | 'eight' | 'eightInPlace'>): Cheat[] {
  const { referee, original, eight, eightInPlace } = world
  return [
    cheat({ referee: eight, inPlace: eightInPlace }, 'q4 for q8', cheapPrecision(eight, referee), {
      targetTokens: 300,
      simulated: 'cheap-precision',
      pair: 'eight',
    }),
    cheat({ referee: original, inPlace: original }, 'q8 for f32', cheapPrecision(original, eight), {
      pair: 'original',
    }),
  ]
}

/** Who answers another question, or by other dice. */
export function questionCheats(world: Shipped): Cheat[] {
  const { referee } = world
  return [
    cheat(world, 'prompt edit: one id', editedPrompt(referee, SLIPPED_ID), {
      targetTokens: 32,
      simulated: 'edited-prompt',
    }),
    cheat(world, 'truncated context: the last half', truncatedContext(referee, 0.5), { suits: isLong }),
    cheat(world, 'wrong seed', wrongSeed(referee), { targetTokens: 100, simulated: 'wrong-seed', suits: isSampled }),
    cheat(world, 'wrong temperature: greedy instead', wrongTemperature(referee, 0), { suits: isSampled }),
    cheat(world, 'wrong temperature: 0.8 of it', wrongTemperature(referee, 0.8), { suits: isSampled }),
    cheat(world, 'random tokens', randomTokens(referee), { simulated: 'random-tokens' }),
  ]
}

/** Who writes honest tokens and makes its evidence up. */
export function evidenceCheats(world: Shipped & Pick<World, 'averageRow' | 'otherAnswer'>): Cheat[] {
  const { referee, averageRow, otherAnswer } = world
  const copied = otherAnswer.rowsHashes.map((rowsHash, i) => ({
    rowsHash,
    commitment: otherAnswer.commitments[i] ?? new Uint8Array(),
  }))
  return [
    cheat(world, 'constant guess', constantGuess(referee, averageRow), {
      targetTokens: 32,
      simulated: 'constant-guess',
    }),
    cheat(world, 'copied evidence', copiedEvidence(referee, copied), {
      targetTokens: 32,
      simulated: 'copied-evidence',
    }),
    cheat(world, 'null evidence', nullEvidence(referee), { targetTokens: 32, simulated: 'null-evidence' }),
  ]
}

/** Every actor of test/doubles/hostile that lies about computing, with the real engine behind it. */
export function cheatsOf(world: World): Cheat[] {
  const { skipsOne, skipsTwo, nudged } = world
  return [
    ...modelCheats(world, skipsOne, 'one layer of six skipped', true),
    ...modelCheats(world, skipsTwo, 'two layers of six skipped', false),
    cheat(world, 'other model: 64 of 3.1 M weights one step off', otherModel(world.referee, nudged)),
    ...precisionCheats(world),
    ...questionCheats(world),
    ...evidenceCheats(world),
  ]
}

function cheat({ referee, inPlace }: Shipped, name: string, provider: Engine, rest: Partial<Cheat> = {}): Cheat {
  const checkers = { exactChecker: referee, tolerantChecker: inPlace, pair: 'shipped' } as const
  return { name, simulated: null, targetTokens: null, provider, ...checkers, suits: () => true, ...rest }
}
