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

const always = (): boolean => true
const isSampled = ({ sampler }: StandardPrompt): boolean => sampler.temperatureMilli > 0
const isLong = ({ text }: StandardPrompt): boolean => text.length > 300

/** Every actor of test/doubles/hostile that lies about computing, with the real engine behind it. */
export function cheatsOf(world: World): Cheat[] {
  const { referee, inPlace, original, eight, eightInPlace, skipsOne, skipsTwo, nudged, forcing } = world
  const shipped = { exactChecker: referee, tolerantChecker: inPlace, pair: 'shipped' } as const
  const copied = world.otherAnswer.rowsHashes.map((rowsHash, i) => ({
    rowsHash,
    commitment: world.otherAnswer.commitments[i] ?? new Uint8Array(),
  }))
  const cheat = (
    name: string,
    simulated: string | null,
    targetTokens: number | null,
    provider: Engine,
    rest: Partial<Cheat> = {},
  ): Cheat => ({ name, simulated, targetTokens, provider, ...shipped, suits: always, ...rest })
  return [
    cheat('other model: one layer of six skipped', 'other-model', 32, otherModel(referee, skipsOne)),
    cheat('other model: two layers of six skipped', null, 32, otherModel(referee, skipsTwo)),
    cheat('other model: 64 of 3.1 M weights one step off', null, null, otherModel(referee, nudged)),
    cheat('q4 for q8', 'cheap-precision', 300, cheapPrecision(eight, referee), {
      exactChecker: eight,
      tolerantChecker: eightInPlace,
      pair: 'eight',
    }),
    cheat('q8 for f32', null, null, cheapPrecision(original, eight), {
      exactChecker: original,
      tolerantChecker: original,
      pair: 'original',
    }),
    cheat('prompt edit: one id', 'edited-prompt', 32, editedPrompt(referee, SLIPPED_ID)),
    cheat('truncated context: the last half', null, null, truncatedContext(referee, 0.5), { suits: isLong }),
    cheat('wrong seed', 'wrong-seed', 100, wrongSeed(referee), { suits: isSampled }),
    cheat('wrong temperature: greedy instead', null, null, wrongTemperature(referee, 0), { suits: isSampled }),
    cheat('wrong temperature: 0.8 of it', null, null, wrongTemperature(referee, 0.8), { suits: isSampled }),
    cheat('prefill spoof: one layer skipped', 'prefill-spoof', 100, prefillSpoof(referee, skipsOne, forcing)),
    cheat('prefill spoof: two layers skipped', null, 100, prefillSpoof(referee, skipsTwo, forcing)),
    cheat('constant guess', 'constant-guess', 32, constantGuess(referee, world.averageRow)),
    cheat('copied evidence', 'copied-evidence', 32, copiedEvidence(referee, copied)),
    cheat('null evidence', 'null-evidence', 32, nullEvidence(referee)),
    cheat('random tokens', 'random-tokens', null, randomTokens(referee)),
  ]
}
