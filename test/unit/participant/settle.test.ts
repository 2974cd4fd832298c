import { expect, test } from 'vitest'
import type { ReceiptBatch } from '../../../src/participant/ports.ts'
import type { SettleChoices } from '../../../src/participant/settle.ts'
import { merkleRoot } from '../../../src/protocol/evidence/merkle.ts'
import { hex, receiptDigest } from '../../../src/protocol/receipt/typed-data.ts'
import { epochAt } from '../../../src/protocol/wire/root-announcement.ts'
import { costOf, createPaidTown, PAYEE } from './paid-town.ts'
import { acceptedOf } from './town.ts'

const PLENTY = costOf({ read: 1_000, written: 1_000 })

/** A wallet that signs whatever it is shown. */
function willing() {
  const shown: ReceiptBatch[] = []
  const choices: SettleChoices = {
    async sign(batch) {
      shown.push(batch)
      return { outcome: 'done', value: '0x1234' }
    },
  }
  return { choices, shown }
}
const DECLINING: SettleChoices = { sign: async () => ({ outcome: 'declined' }) }

async function paidOnce(options: Parameters<typeof createPaidTown>[0] = {}) {
  const world = await createPaidTown(options)
  const asker = await world.ask(PLENTY)
  const accepted = acceptedOf(asker)
  const read = accepted.bundle.legs[0]?.request.promptIds.length ?? 0
  // The provider hears the goodbye.
  await world.town.clock.run(1)
  return { ...world, bundle: accepted.bundle, earned: costOf({ read, written: 96 }) }
}

test('before any wallet is connected, what was earned is pending, and nobody can be paid', async () => {
  const world = await paidOnce()
  expect(await world.settler.earnings()).toMatchObject({
    pending: world.earned,
    settled: 0n,
    payee: null,
    unsettledReceipts: 1,
  })
  await expect(world.settler.settle(willing().choices)).rejects.toMatchObject({ code: 'payment/no-payee' })
})

test('a wallet that delegates to the key later is paid for all of it', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const outcome = await world.settler.settle(willing().choices)
  expect(outcome).toMatchObject({ outcome: 'settled', paid: world.earned })
  expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
  expect(await world.settler.earnings()).toMatchObject({
    pending: 0n,
    settled: world.earned,
    unsettledReceipts: 0,
    payee: PAYEE,
  })
})

test('the wallet signs one root over the receipts behind the vouchers, of an epoch that is over', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const { choices, shown } = willing()
  await world.settler.settle(choices)
  const [signed] = world.bundle.legs.flatMap((leg) => (leg.signed === null ? [] : [leg.signed]))
  if (signed === undefined) throw new Error('no receipt')
  expect(shown).toEqual([
    {
      participant: PAYEE,
      kind: 2,
      epoch: epochAt(world.town.clock.now()) - 1,
      root: hex(merkleRoot([receiptDigest(signed.receipt)])),
      count: 1,
      total: world.earned,
      snapshotBlock: 9,
    },
  ])
  expect(world.chain.handedIn.map(({ kind }) => kind)).toEqual(['open-channel', 'commit', 'settle'])
})

test('declining leaves everything as it was, and it can be settled after that', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  expect(await world.settler.settle(DECLINING)).toEqual({ outcome: 'declined' })
  expect(await world.settler.earnings()).toMatchObject({ pending: world.earned, unsettledReceipts: 1 })
  expect(await world.settler.settle(willing().choices)).toMatchObject({ outcome: 'settled' })
})

test('settling twice pays once, and the second time nobody is asked', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  await world.settler.settle(willing().choices)
  const { choices, shown } = willing()
  expect(await world.settler.settle(choices)).toEqual({ outcome: 'nothing' })
  expect(shown).toEqual([])
  expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
})

test('where the site pays for nobody, the wallet hands in both, and may decline either', async () => {
  const world = await paidOnce({ isSponsored: true })
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const kinds: string[] = []
  const outcome = await world.settler.settle({
    ...willing().choices,
    async handIn(call) {
      kinds.push(call.kind)
      return call.kind === 'settle' ? { outcome: 'declined' } : { outcome: 'done', value: { transaction: '0x01' } }
    },
  })
  expect(kinds).toEqual(['commit', 'settle'])
  expect(outcome).toEqual({ outcome: 'declined' })
  expect(await world.settler.earnings()).toMatchObject({ pending: world.earned, unsettledReceipts: 0 })
})

test('vouchers alone are handed in when a payer closes, and when the page leaves', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  expect(await world.settler.handInDue(false)).toBeNull()
  const [id = '0x'] = world.chain.channelIds()
  world.chain.change(id, { closeRequestedAt: 5 })
  expect(await world.settler.earnings()).toMatchObject({ channels: [{ closesAt: 86_405 }] })
  expect(await world.settler.handInDue(false)).not.toBeNull()
  expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
  expect(await world.settler.handInDue(true)).toBeNull()
})

test('without a sponsor, or without a wallet, leaving hands in nothing', async () => {
  const alone = await paidOnce()
  expect(await alone.settler.handInDue(true)).toBeNull()
  const unsponsored = await paidOnce({ isSponsored: false })
  unsponsored.chain.delegate(unsponsored.providerKey.publicKey, PAYEE)
  expect(await unsponsored.settler.handInDue(true)).toBeNull()
})

test('a deposit that a reorganisation took out leaves no claim, and no payment twice once it is back', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const [id = '0x'] = world.chain.channelIds()
  const state = await world.chain.channel(id)
  world.chain.reorganise()
  expect(await world.settler.earnings()).toMatchObject({ pending: 0n })
  expect(await world.settler.handInDue(true)).toBeNull()
  world.chain.makeSafe()
  if (state === null) throw new Error('no channel')
  // The payer's transaction is included again: its voucher was kept.
  await world.chain.handIn(world.chain.handedIn[0] as never).catch(() => {})
  expect(await world.books.payee.vouchers()).toHaveLength(1)
})
