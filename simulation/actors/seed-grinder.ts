import type { ProviderActor } from './provider-actor.ts'

/** One seed in this many starts the answer that it wants. */
export const WANTED_SEEDS = 16

const TRIES = 64
/** Vanishing from every job would leave it without any. */
const ABORTS = 0.5

/** Wants to steer the answer: draws nonces until the seed is one of those it likes, and vanishes from half of the jobs where it is not. */
export const SEED_GRINDER: ProviderActor = {
  name: 'seed grinder',
  serve({ drawSeed, numbers }) {
    for (let i = 0; i < TRIES; i++) {
      const seed = drawSeed()
      if (seed === null) break
      if (seed % WANTED_SEEDS === 0) return { kind: 'honest' }
    }
    return numbers.chance(ABORTS) ? { kind: 'abort' } : { kind: 'honest' }
  },
}
