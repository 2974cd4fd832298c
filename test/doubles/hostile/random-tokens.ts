import type { Engine } from '../../../src/participant/ports.ts'
import { MAX_TEMPERATURE_MILLI, MAX_TOP_K } from '../../../src/protocol/limits.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import { withOtherQuestion } from './hostile-engine.ts'

const WILD: Sampler = { temperatureMilli: MAX_TEMPERATURE_MILLI, topK: MAX_TOP_K, topPMilli: 1_000 }

/**
 * `RandomTokens` rolls dice of its own, as wild as the sampler allows, and commits to honest rows of whatever came up: every hash is
 * right, and only the rule of protocol.md §3 can tell.
 */
export function randomTokens(honest: Engine): Engine {
  return withOtherQuestion(honest, (asked) => ({ ...asked, seed: new Uint8Array(32).fill(6), sampler: WILD }))
}
