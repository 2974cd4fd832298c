import type { Locus, LocusLeg, LocusVerifier } from '../participant/events.ts'

/** Who signed something of an answer. Of a key with several parts, the first one. */
export type AnswerKey =
  | { key: string; role: 'provider'; leg: LocusLeg }
  | { key: string; role: 'verifier'; verifier: LocusVerifier }

/** Every session key behind an answer, once: those who computed it, then those who were drawn. */
export function answerKeys({ legs, audits }: Pick<Locus, 'legs' | 'audits'>): AnswerKey[] {
  const all: AnswerKey[] = [
    ...legs.map((leg) => ({ key: leg.providerKey, role: 'provider', leg }) as const),
    ...audits.flatMap(({ verifiers }) =>
      verifiers.map((verifier) => ({ key: verifier.verifierKey, role: 'verifier', verifier }) as const),
    ),
  ]
  const seen = new Set<string>()
  return all.filter(({ key }) => !seen.has(key) && seen.add(key))
}
