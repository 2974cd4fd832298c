import { approval, passes, type VerifierActor } from './verifier-actor.ts'

/** Covers its coalition's cheats, with their numbers; and tries to have said the truth where somebody else has. Else it is honest. */
export const COVERING_VERIFIER: VerifierActor = {
  name: 'covering verifier',
  attest: (view) =>
    view.isAlly ? { finding: approval(view), values: () => view.probes().map(view.claimedValue) } : view.compute(),
  revise: (view, own, others) => (view.isAlly && others.some((other) => !passes(other)) ? view.compute() : own),
}
