import { expect, test } from 'vitest'
import type { Backing } from '../../../src/participant/ports.ts'
import { stakeAtRisk } from '../../../src/participant/stake-at-risk.ts'
import type { Stakes } from '../../../src/participant/stakes.ts'
import { amountToBytes } from '../../../src/protocol/channel/amount.ts'
import { basePrice } from '../../../src/protocol/channel/base-price.ts'
import { paidTerms } from '../../../src/protocol/channel/payment-terms.ts'
import { cellId } from '../../../src/protocol/evidence/cell.ts'
import type { JobRequest } from '../../../src/protocol/job/job.ts'
import type { Bundle, Leg } from '../../../src/protocol/receipt/bundle.ts'
import { MIN_EXACT_OWNERS } from '../../../src/protocol/selection/exact-cell.ts'
import { ownerOfWallet, type Roster } from '../../../src/protocol/selection/roster.ts'
import { WHOLE_TOKEN } from '../../../src/protocol/selection/stake-weight.ts'
import { MEMORY_NETWORK } from '../../doubles/memory-chain.ts'
import { signedLeg } from '../../doubles/signed-leg.ts'
import { sampleEntry } from '../protocol/selection/sample-roster.ts'
import { backing, CELL_ID, keyOf, known, NOW_SECONDS, OTHER_CELL, walletOf, wholeTokens } from './sample-stakes.ts'

const [PROVIDER, REQUESTER] = [keyOf(1), keyOf(2)]
const WALLET = walletOf(0xa)

/** So many owners of the provider's cell beside it, each with so much at stake. */
function judges(count: number, tokens: number): Roster {
  return Array.from({ length: count }, (_, i) => sampleEntry(i, { cellId: CELL_ID, stake: tokens * WHOLE_TOKEN }))
}

async function risk(
  roster: Roster,
  {
    stakes = known([[PROVIDER, backing(WALLET, wholeTokens(100))]]),
    request = {},
    leg = (one: Leg): Leg => one,
    before = [],
  }: { stakes?: Stakes; request?: Partial<JobRequest>; leg?: (one: Leg) => Leg; before?: Leg[] } = {},
): Promise<number> {
  const last = leg(await signedLeg({ provider: PROVIDER, requester: REQUESTER, request }))
  const bundle: Bundle = { version: 2, kind: 'locus-evidence', legs: [...before, last], audits: [] }
  return stakeAtRisk({ bundle, roster, stakes, nowSeconds: NOW_SECONDS }, last)
}

/** A tenth of 100 tokens; 40 tokens written and 3 read, at the base price. */
const IN_REWARDS = 10 / (40 / 10_000 + 3 / 80_000)

test('a conviction takes a tenth of what is bonded, counted in rewards of the job at the base price', async () => {
  expect(await risk(judges(MIN_EXACT_OWNERS, 1))).toBeCloseTo(IN_REWARDS, 6)
})

test('a paid job is counted by its price, unless that is below the base price', async () => {
  const price = basePrice(MEMORY_NETWORK)
  const paid = (perToken: bigint) =>
    risk(judges(MIN_EXACT_OWNERS, 1), {
      request: { payment: paidTerms({ ...price, perToken: amountToBytes(perToken) }, new Uint8Array(32)) },
    })
  expect(await paid(10n ** 14n)).toBeCloseTo(IN_REWARDS, 6)
  expect(await paid(10n ** 15n)).toBeCloseTo(10 / (40 / 1_000 + 3 / 80_000), 6)
  expect(await paid(1n)).toBeCloseTo(IN_REWARDS, 6)
})

const without = (change: Partial<Backing>) => known([[PROVIDER, backing(WALLET, wholeTokens(100), change)]])

test.each<[string, Stakes]>([
  ['the site names no chain', { state: 'none' }],
  ['the chain does not answer', { state: 'unreachable' }],
  ['no wallet stands behind the provider', known([])],
  ['nothing is bonded', without({ bonded: 0n })],
  ['the session is over', without({ validUntil: NOW_SECONDS })],
  ['the session was revoked', without({ revokedAt: 1 })],
])('nothing is at risk where %s', async (_, stakes) => {
  expect(await risk(judges(MIN_EXACT_OWNERS, 1), { stakes })).toBe(0)
})

test('nothing is at risk where no committee could convict', async () => {
  expect(await risk(judges(MIN_EXACT_OWNERS - 1, 1))).toBe(0)
  // Twelve of them have 12 tokens at stake, and may not take as much.
  const rich = known([[PROVIDER, backing(WALLET, wholeTokens(120))]])
  expect(await risk(judges(MIN_EXACT_OWNERS, 1), { stakes: rich })).toBe(0)
  expect(await risk(judges(MIN_EXACT_OWNERS, 1.1), { stakes: rich })).toBeGreaterThan(0)
  const strangers = judges(100, 0.000001)
  expect(await risk(strangers)).toBe(0)
  // Thirty keys of its own wallet, of which one carries the stake, are no judges either.
  const own = judges(40, 1).map((entry) => ({ ...entry, owner: ownerOfWallet(WALLET) }))
  expect(await risk([...own, ...judges(11, 1)])).toBe(0)
})

test('nothing is at risk across cells, or where a cell owes nobody its bits', async () => {
  const other = await signedLeg({ provider: keyOf(3), requester: REQUESTER })
  const elsewhere: Leg = { ...other, accept: { ...other.accept, cell: OTHER_CELL } }
  expect(await risk(judges(MIN_EXACT_OWNERS, 1), { before: [elsewhere] })).toBe(0)
  const loose = { ...OTHER_CELL, exactness: { kind: 'none' as const } }
  const roster = judges(MIN_EXACT_OWNERS, 1).map((entry) => ({ ...entry, cellId: cellId(loose) }))
  const leg = (one: Leg): Leg => ({ ...one, accept: { ...one.accept, cell: loose } })
  expect(await risk(roster, { leg })).toBe(0)
})
