import { describe, expect, test } from 'vitest'
import type { ReceiptBatch } from '../../../src/participant/ports.ts'
import { createSettler, type SettleChoices } from '../../../src/participant/settle.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { channelIdOf, openDigest } from '../../../src/protocol/channel/channel-messages.ts'
import { keyIdOf, signerOf } from '../../../src/protocol/channel/delegation.ts'
import { merkleRoot } from '../../../src/protocol/evidence/merkle.ts'
import { hexToBytes } from '../../../src/protocol/hash.ts'
import { hex, receiptDigest } from '../../../src/protocol/receipt/typed-data.ts'
import { epochAt } from '../../../src/protocol/wire/root-announcement.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { signedVoucher } from '../../doubles/vouchers.ts'
import { costOf, createPaidTown, PAYEE, PAYER } from './paid-town.ts'
import { acceptedOf, settle } from './town.ts'

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
    claimable: 0n,
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
      snapshotBlock: 10,
    },
  ])
  expect(world.chain.handedIn.map(({ kind }) => kind)).toEqual(['open-channel', 'settle', 'commit'])
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
  expect(kinds).toEqual(['settle'])
  expect(outcome).toEqual({ outcome: 'declined' })
  expect(await world.settler.earnings()).toMatchObject({ pending: world.earned, unsettledReceipts: 1 })
})

test.each([
  ['stays', 'safe', 0, 0],
  ['is not safe yet', 'seen', 0, 1],
  ['is taken out by the chain', 'dropped', 1, 1],
] as const)('where the root’s block %s, its receipts are settled accordingly', async (_what, ends, unsettled, kept) => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  world.chain.watchEnds = ends
  await world.settler.settle(willing().choices)
  await settle()
  expect(await world.settler.earnings()).toMatchObject({ unsettledReceipts: unsettled })
  expect(await world.books.payee.receipts()).toHaveLength(kept)
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

test('vouchers of a key that has ended are handed in while they still count, and hold nothing up once they do not', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const nowSeconds = world.town.clock.now() / 1_000
  const week = 7 * 24 * 60 * 60
  world.chain.delegate(world.requesterKey.publicKey, PAYER, { validUntil: nowSeconds - week })
  expect(await world.settler.earnings()).toMatchObject({ pending: 0n, claimable: 0n })
  expect(await world.settler.handInDue(true)).toBeNull()
  world.chain.delegate(world.requesterKey.publicKey, PAYER, { validUntil: nowSeconds - week + 60 })
  expect(await world.settler.handInDue(false)).not.toBeNull()
  expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
})

test('a deposit that shrank pays the highest voucher that it covers', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const [voucher] = await world.books.payee.vouchers()
  const [id = '0x'] = world.chain.channelIds()
  if (voucher === undefined) throw new Error('nothing was paid')
  const place = { ...voucher, perPromptToken: new Uint8Array(16), perToken: new Uint8Array(16) }
  const next = await signedVoucher(world.requesterKey, place, world.earned + 1n)
  const later = { ...voucher, cumulativeAmount: world.earned + 1n, signature: next.signature }
  await world.books.payee.keepVoucher(later, world.earned)
  world.chain.change(id, { deposit: world.earned })
  expect(await world.settler.earnings()).toMatchObject({ pending: world.earned })
  await world.settler.handInDue(true)
  expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
})

test('a voucher that the chain refuses costs nobody but itself', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  const [voucher] = await world.books.payee.vouchers()
  const [id = '0x'] = world.chain.channelIds()
  const state = await world.chain.channel(id)
  if (voucher === undefined || state === null) throw new Error('nothing was paid')
  // Another channel, whose voucher nobody signed.
  const other = new Uint8Array(32).fill(1)
  world.chain.put(hex(other), state)
  await world.books.payee.keepVoucher({ ...voucher, channelId: other }, 0n)
  expect(await world.settler.settle(willing().choices)).toMatchObject({ outcome: 'settled', paid: world.earned })
  expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
})

test('no root is dated later than the chain’s own clock, whatever this device’s says', async () => {
  const world = await paidOnce()
  world.chain.delegate(world.providerKey.publicKey, PAYEE)
  world.chain.blockSeconds = 600
  const { choices, shown } = willing()
  await world.settler.settle(choices)
  expect(shown[0]?.epoch).toBe(9)
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

describe('with a new key', () => {
  const NEW_KEY = createSeededSessionKey(99)
  const OTHER_PAYEE: Address = `0x${'33'.repeat(20)}`

  type World = Awaited<ReturnType<typeof paidOnce>>

  /** The page is opened anew with another key, over the same book. */
  function renewed({ chain, books, town }: World) {
    return createSettler({ chain, book: books.payee, sessionKey: NEW_KEY, clock: town.clock })
  }

  /** The requester opens a channel to the new key, and promises `amount` on it. */
  async function promiseToNewKey({ chain, books, requesterKey }: World, amount: bigint): Promise<void> {
    const { chainId, contracts, token } = chain.network
    const bytes = (address: string) => hexToBytes(address.slice(2).toLowerCase())
    const place = { chainId, channels: bytes(contracts.channels), token: bytes(token.address) }
    const signer = signerOf(requesterKey.publicKey, contracts.p256Verifier)
    const payeeKey = keyIdOf(signerOf(NEW_KEY.publicKey, contracts.p256Verifier))
    const salt = new Uint8Array(32)
    const ids = { payer: bytes(PAYER), payeeKey: bytes(payeeKey), salt }
    const signature = hex(await requesterKey.sign(openDigest(place, { ...ids, amount })))
    const signed = { signer, signature }
    await chain.handIn({ kind: 'open-channel', payer: PAYER, payeeKey, salt: hex(salt), amount, signed })
    const channelId = channelIdOf(place, { ...ids, signerKey: bytes(keyIdOf(signer)) })
    const terms = { ...place, channelId, perPromptToken: new Uint8Array(16), perToken: new Uint8Array(16) }
    const voucher = await signedVoucher(requesterKey, terms, amount)
    await books.payee.keepVoucher(
      {
        chainId,
        channels: place.channels,
        channelId,
        payerKey: requesterKey.publicKey,
        cumulativeAmount: amount,
        signature: voucher.signature,
      },
      0n,
    )
  }

  test('what an earlier one has earned goes to its wallet, though it was revoked, and nobody stands behind the new one', async () => {
    const world = await paidOnce()
    world.chain.delegate(world.providerKey.publicKey, PAYEE, { revokedAt: 7 })
    const settler = renewed(world)
    expect(await settler.earnings()).toMatchObject({
      pending: world.earned,
      claimable: world.earned,
      payee: PAYEE,
      channels: [{ payee: PAYEE }],
    })
    const { choices, shown } = willing()
    expect(await settler.settle(choices)).toMatchObject({ outcome: 'settled', paid: world.earned })
    expect(shown).toMatchObject([{ participant: PAYEE, total: world.earned }])
    expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
    expect(await settler.earnings()).toMatchObject({ pending: 0n, claimable: 0n, payee: null })
  })

  test('each wallet gets what its key has earned, and that of the key in use signs', async () => {
    const world = await paidOnce()
    world.chain.delegate(world.providerKey.publicKey, PAYEE)
    world.chain.delegate(NEW_KEY.publicKey, OTHER_PAYEE)
    await promiseToNewKey(world, 5n)
    const settler = renewed(world)
    const { choices, shown } = willing()
    expect(await settler.settle(choices)).toMatchObject({ outcome: 'settled', paid: world.earned + 5n })
    expect(shown).toMatchObject([{ participant: OTHER_PAYEE }])
    expect([PAYEE, OTHER_PAYEE].map((wallet) => world.chain.balances.get(wallet))).toEqual([world.earned, 5n])
  })

  test('what no wallet stands behind yet waits, and holds up nothing else', async () => {
    const world = await paidOnce()
    world.chain.delegate(world.providerKey.publicKey, PAYEE)
    await promiseToNewKey(world, 5n)
    const settler = renewed(world)
    expect(await settler.earnings()).toMatchObject({ pending: world.earned + 5n, claimable: world.earned })
    expect(await settler.handInDue(true)).not.toBeNull()
    expect(world.chain.balances.get(PAYEE)).toBe(world.earned)
    expect(await settler.earnings()).toMatchObject({ pending: 5n, claimable: 0n, payee: null })
    await expect(settler.settle(willing().choices)).rejects.toMatchObject({ code: 'payment/no-payee' })
  })
})
