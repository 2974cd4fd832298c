import { accusation, approval, type VerifierActor } from './verifier-actor.ts'

/** How often it accuses somebody who has done nothing, besides those that the coalition is out to ruin. */
const FRAMING = 0.002

/** Covers its coalition's cheats; ruins whom the coalition names, and somebody else now and then. Else it is honest. */
export const FRAMING_VERIFIER: VerifierActor = {
  name: 'framing verifier',
  attest(view) {
    if (view.isAlly) return { finding: approval(view), values: () => view.probes().map(view.claimedValue) }
    const statement = view.compute()
    const frames = view.isVictim || view.isAccusedByAlly || view.numbers.chance(FRAMING)
    return frames ? { ...statement, finding: accusation(view) } : statement
  },
}
