import type { VerifierActor } from './verifier-actor.ts'

/** Commits to a random number, reveals nothing, and would like to be paid. */
export const WITHHOLDING_VERIFIER: VerifierActor = { name: 'withholding verifier', attest: () => null }
