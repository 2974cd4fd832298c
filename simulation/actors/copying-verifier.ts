import type { VerifierActor } from './verifier-actor.ts'

/** Buys what an honest verifier of the same audit found, numbers and all, and hands it in as its own; computes where none sells. */
export const COPYING_VERIFIER: VerifierActor = {
  name: 'copying verifier',
  attest: (view) => view.bought() ?? view.compute(),
}
