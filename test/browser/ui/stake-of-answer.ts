import type { Locus, Stores } from '../../../src/stores/index.ts'
import { answerKeys, type KnownBacking } from '../../../src/stores/index.ts'
import { holdings, NETWORK, NOW, OTHER_WALLET, session, tokens } from '../../doubles/sample-money.ts'

const DAY = 86_400

const STAKED: KnownBacking = { session: session(), holdings: holdings(), at: NOW }

const SLASHED: KnownBacking = {
  session: session({ wallet: OTHER_WALLET, revokedAt: NOW - 2 * DAY }),
  holdings: holdings({
    wallet: OTHER_WALLET,
    bonded: tokens(410),
    locks: [],
    slashes: [
      { id: '0x01', amount: tokens(62), state: 'waiting', resolveAt: NOW + 2 * DAY },
      { id: '0x02', amount: tokens(70), state: 'slashed', resolveAt: NOW - 9 * DAY },
      { id: '0x03', amount: tokens(12, 5), state: 'released', resolveAt: NOW - 30 * DAY },
    ],
  }),
  at: NOW,
}

const NOBODY: KnownBacking = { session: null, holdings: null, at: NOW }

/** The site names a chain, and somebody has looked behind the keys of this answer: by turns a stake, a slashed wallet, and nobody. */
export function lookedBehind({ stake }: Stores, locus: Locus): void {
  stake.apply({ type: 'site', site: { state: 'known', network: NETWORK, isSponsored: true, hasFaucet: true } })
  answerKeys(locus).forEach(({ key }, i) => {
    stake.apply({ type: 'behind', key, known: [STAKED, SLASHED, NOBODY][i % 3] ?? NOBODY })
  })
}
