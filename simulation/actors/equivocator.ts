import type { ProviderActor } from './provider-actor.ts'

/** Where not everything is audited, signs two receipts for one job, to own up to the one that the lottery passes over. */
export const EQUIVOCATOR: ProviderActor = {
  name: 'equivocator',
  serve: ({ rate }) =>
    rate < 1_000_000 ? { kind: 'cheat', cheat: 'other-model', signsTwice: true } : { kind: 'honest' },
}
