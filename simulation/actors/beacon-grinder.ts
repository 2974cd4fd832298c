import type { ProviderActor } from './provider-actor.ts'

const VARIANTS = 24

/** Signs the one of many possible receipts that the lottery would pass over, by the last round that it knows. Cheats only then. */
export const BEACON_GRINDER: ProviderActor = {
  name: 'beacon grinder',
  serve({ rate, wouldAudit, receipt }) {
    if (rate >= 1_000_000) return { kind: 'honest' }
    for (let variant = 0; variant < VARIANTS; variant++) {
      const receiptHash = receipt(variant)
      if (!wouldAudit(receiptHash)) return { kind: 'cheat', cheat: 'other-model', receiptHash }
    }
    return { kind: 'honest' }
  },
}
