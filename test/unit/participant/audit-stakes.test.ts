import { expect, test } from 'vitest'
import type { AskPorts } from '../../../src/participant/request.ts'
import { createStakeReader } from '../../../src/participant/stakes.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { NO_EVIDENCE } from '../../../src/protocol/reputation/sequential-evidence.ts'
import { CERTAIN } from '../../../src/protocol/selection/lottery.ts'
import { ownerOfWallet } from '../../../src/protocol/selection/roster.ts'
import { createMemoryStandingBook } from '../../../src/storage/standings.ts'
import { costOf, createPaidTown, PAYEE, PAYER } from './paid-town.ts'
import { walletOf, wholeTokens } from './sample-stakes.ts'
import { type Asker, acceptedOf, type Town } from './town.ts'

const PLENTY = costOf({ read: 1_000, written: 1_000 })
const SLOW = { script: { tokensPerSecond: 50 } }

/** No further than it takes: every contributor renews its offer every two seconds. */
async function drawn(town: Town, asker: Asker): Promise<void> {
  let isDone = false
  void asker.done.then(() => (isDone = true))
  for (let second = 0; second < 120 && !isDone; second++) await town.clock.run(1_000)
  await asker.done
}

/** A town where `ada` is paid and so many others could check. */
async function crowd(others: number) {
  const world = await createPaidTown()
  const verifiers = []
  for (let i = 0; i < others; i++) verifiers.push(await world.town.contribute(`v${i}`, SLOW))
  return { ...world, verifiers }
}

test('of an audited paid answer whoever has staked is drawn among many who have not', async () => {
  const { town, chain, verifiers, ask } = await crowd(6)
  const staked = verifiers[4]?.key ?? new Uint8Array()
  chain.delegate(staked, walletOf(0x77))
  chain.bonded.set(walletOf(0x77), wholeTokens(1_000))
  const asker = await ask(PLENTY, {}, { beacon: town.beacon })
  await drawn(town, asker)
  const { locus, bundle } = acceptedOf(asker)
  expect(bundle.legs[0]?.request.payment.chainId).toBe(chain.network.chainId)
  const [audit] = locus.audits
  expect(audit).toMatchObject({ isWeighted: true, candidates: 7, rateMillionths: CERTAIN, fault: null })
  expect(audit?.verifiers[0]).toMatchObject({
    verifierKey: bytesToHex(staked),
    stake: 1_000_000_000,
    outcome: 'pass',
  })
  expect(audit?.verifiers[1]).toMatchObject({ stake: 1 })
  expect(locus.stakeNote).toBeNull()
  const entry = bundle.audits[0]?.roster.find(({ stake }) => stake > 1)
  expect(entry?.owner).toBe(ownerOfWallet(walletOf(0x77)))
})

test('neither the provider’s wallet nor the requester’s checks with another of its keys, whatever it has staked', async () => {
  const { town, chain, contributor, verifiers, ask } = await crowd(4)
  chain.delegate(contributor.key, PAYEE)
  chain.delegate(verifiers[0]?.key ?? new Uint8Array(), PAYEE)
  chain.delegate(verifiers[1]?.key ?? new Uint8Array(), PAYER)
  for (const wallet of [PAYEE, PAYER]) chain.bonded.set(wallet, wholeTokens(1_000))
  const asker = await ask(PLENTY, {}, { beacon: town.beacon })
  await drawn(town, asker)
  const [audit] = acceptedOf(asker).locus.audits
  expect(audit?.verifiers.map(({ peerId }) => peerId).toSorted()).toEqual(['v2', 'v3'])
  expect(audit?.candidates).toBe(3)
})

test.each(['none', 'slow', 'broken'] as const)(
  'with a chain that is %s everybody weighs alike, and the audit is held',
  async (kind) => {
    const { town, logger, ask } = await crowd(3)
    const openChain = {
      none: async () => null,
      slow: () => new Promise<never>(() => {}),
      broken: () => Promise.reject(new Error('no')),
    }[kind]
    const ports: Partial<AskPorts> = {
      beacon: town.beacon,
      readStakes: createStakeReader({ openChain, clock: town.clock, logger }),
    }
    const asker = await ask(PLENTY, {}, ports)
    await drawn(town, asker)
    const { locus } = acceptedOf(asker)
    expect(locus.audits).toMatchObject([{ isWeighted: false, rateMillionths: CERTAIN, fault: null, candidates: 4 }])
    expect(locus.audits[0]?.verifiers.map(({ stake, outcome }) => [stake, outcome])).toEqual([
      [1, 'pass'],
      [1, 'pass'],
    ])
    if (kind === 'none') expect(locus.stakeNote).toBeNull()
    else expect(locus.stakeNote).toMatch(/did not say in time.*weighed the same/)
  },
)

test('a record and a stake that thirty staked judges could take make most checks unnecessary; either alone does not', async () => {
  const { town, chain, contributor, ask } = await createPaidTown()
  chain.delegate(contributor.key, PAYEE)
  chain.bonded.set(PAYEE, wholeTokens(50))
  // They are on the list, and never answer.
  for (let i = 0; i < 30; i++) {
    const { key } = await town.stranger(`v${i}`, async () => {})
    chain.delegate(key.publicKey, walletOf(0x100 + i))
    chain.bonded.set(walletOf(0x100 + i), wholeTokens(1))
  }
  const record = { version: 1 as const, jobs: 9_000, validResults: 9_000, failures: 0 }
  const rateWith = async (isKnown: boolean): Promise<number | undefined> => {
    const standings = createMemoryStandingBook()
    if (isKnown) await standings.put(bytesToHex(contributor.key), { record, evidence: NO_EVIDENCE })
    const asker = await ask(PLENTY, {}, { beacon: town.beacon, standings })
    await drawn(town, asker)
    return acceptedOf(asker).locus.audits[0]?.rateMillionths
  }
  expect(await rateWith(true)).toBe(50_000)
  expect(await rateWith(false)).toBe(CERTAIN)
  chain.bonded.set(PAYEE, 0n)
  expect(await rateWith(true)).toBe(CERTAIN)
})
