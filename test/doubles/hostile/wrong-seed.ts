import type { Engine } from '../../../src/participant/ports.ts'
import { withOtherQuestion } from './hostile-engine.ts'

/** `WrongSeed` rolls dice of its own until it likes what comes up; its rows are honest rows of what it chose. */
export function wrongSeed(honest: Engine): Engine {
  return withOtherQuestion(honest, (asked) => ({ ...asked, seed: asked.seed.map((byte) => byte ^ 0x5a) }))
}
