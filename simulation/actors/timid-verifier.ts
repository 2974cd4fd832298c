import { approval, type VerifierActor } from './verifier-actor.ts'

/** Computes, so its numbers are right, and finds everything in order whatever it found: quarrels are no fun. */
export const TIMID_VERIFIER: VerifierActor = {
  name: 'timid verifier',
  attest: (view) => ({ ...view.compute(), finding: approval(view) }),
}
