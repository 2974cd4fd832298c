import { expect, test } from 'vitest'
import { amountToBytes } from '../../../src/protocol/channel/amount.ts'
import { basePrice } from '../../../src/protocol/channel/base-price.ts'
import { keyIdOf, signerOf } from '../../../src/protocol/channel/delegation.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { hex } from '../../../src/protocol/receipt/typed-data.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { costOf, createPaidTown, PAYEE, PAYER, spendingOf } from './paid-town.ts'
import { acceptedOf } from './town.ts'

const PLENTY = costOf({ read: 1_000, written: 1_000 })

/** Tokens of the town's prompt. */
function promptOf(asker: Parameters<typeof acceptedOf>[0]): number {
  return acceptedOf(asker).bundle.legs[0]?.request.promptIds.length ?? 0
}

test('an answer is paid by the segment: its prompt first, and not a token more than was written', async () => {
  const world = await createPaidTown()
  const asker = await world.ask(PLENTY)
  const read = promptOf(asker)
  expect(spendingOf(asker)).toEqual([0, 32, 64, 96].map((written) => costOf({ read, written })))
  const [voucher] = await world.books.payee.vouchers()
  expect(voucher?.cumulativeAmount).toBe(costOf({ read, written: 96 }))
  const [own] = await world.books.payer.channels()
  expect(own).toMatchObject({ promised: voucher?.cumulativeAmount, payeeKey: world.providerKey.publicKey })
})

test('every receipt covers on which channel and at what price its answer was paid', async () => {
  const world = await createPaidTown()
  const asker = await world.ask(PLENTY)
  const [leg] = acceptedOf(asker).bundle.legs
  expect(world.chain.channelIds()).toEqual([hex(leg?.request.payment.channelId ?? new Uint8Array())])
  expect(leg?.request.payment.chainId).toBe(world.chain.network.chainId)
})

test('the channel pays the provider’s key, before any wallet stands behind it', async () => {
  const world = await createPaidTown()
  await world.ask(PLENTY)
  const [id = '0x'] = world.chain.channelIds()
  const { p256Verifier } = world.chain.network.contracts
  expect(await world.chain.channel(id)).toMatchObject({
    payeeKey: keyIdOf(signerOf(world.providerKey.publicKey, p256Verifier)),
  })
})

test('a second answer goes on with the same channel, and fills it up by what is missing', async () => {
  const world = await createPaidTown()
  const first = await world.ask(PLENTY)
  const read = promptOf(first)
  world.reopenRequester()
  await world.ask(PLENTY)
  const one = costOf({ read, written: 96 })
  expect(world.chain.handedIn.map(({ kind }) => kind)).toEqual(['open-channel', 'top-up'])
  const [voucher] = await world.books.payee.vouchers()
  expect(voucher?.cumulativeAmount).toBe(2n * one)
  const [id = '0x'] = world.chain.channelIds()
  expect(await world.chain.channel(id)).toMatchObject({ deposit: 2n * one })
})

test('a new key of the requester pays on a channel of its own: nobody else can sign for the old one', async () => {
  const world = await createPaidTown()
  await world.ask(PLENTY)
  const newKey = createSeededSessionKey(51)
  world.chain.delegate(newKey.publicKey, PAYER)
  world.reopenRequester(newKey)
  expect((await world.ask(PLENTY)).last()).toMatchObject({ state: 'accepted' })
  expect(world.chain.handedIn.map(({ kind }) => kind)).toEqual(['open-channel', 'open-channel'])
})

test('an answer gets no longer than its limit pays for', async () => {
  const world = await createPaidTown()
  const read = promptOf(await world.ask(PLENTY))
  const asker = await world.ask(costOf({ read, written: 40 }))
  const { bundle } = acceptedOf(asker)
  expect(bundle.legs[0]?.request.maxTokens).toBe(40)
  expect(spendingOf(asker).at(-1)).toBe(costOf({ read, written: 40 }))
})

test('a limit that does not pay for reading the question is refused before anybody works', async () => {
  const world = await createPaidTown()
  const asker = await world.ask(1n)
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'payment/cap' } })
  expect(world.chain.handedIn).toEqual([])
})

test('what the wallet has not allowed is not spent', async () => {
  const world = await createPaidTown({ allowance: costOf({ read: 0, written: 10 }) })
  const asker = await world.ask(PLENTY)
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'payment/cap' } })
  expect(world.chain.channelIds()).toEqual([])
})

test.each([
  ['revoked', { revokedAt: 1 }],
  ['about to end', { validUntil: 0 }],
  ['not for paying', { scope: 3 }],
])('a delegation that is %s pays for nothing', async (_what, change) => {
  const world = await createPaidTown()
  world.chain.delegate(world.requesterKey.publicKey, PAYEE, change)
  const asker = await world.ask(PLENTY)
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'payment/cap' } })
})

test('whoever pays nothing is still answered, with vouchers that are worth nothing', async () => {
  const world = await createPaidTown()
  const asker = await world.town.ask()
  expect(asker.last().state).toBe('accepted')
  const payments = asker.events.flatMap((event) => (event.type === 'payment' ? [event.payment] : []))
  expect(payments.at(-1)).toMatchObject({ kind: 'free', deposit: 0n, maxAmount: 0n })
  expect(await world.books.payee.vouchers()).toEqual([])
  expect(await world.books.payee.freeTokens()).toBe(96)
})

test('a provider that asks no price is not chosen by somebody who pays', async () => {
  const world = await createPaidTown()
  await world.contributor.provider.stop()
  await world.town.contribute('free-ben')
  const asker = await world.ask(PLENTY)
  expect(asker.last().state).toBe('finding')
  asker.stop()
  await asker.done
})

test('a price above everybody’s is nobody’s choice, and ends no answer', async () => {
  const world = await createPaidTown()
  const greedy = { ...basePrice(world.chain.network), perPromptToken: amountToBytes(2n ** 100n) }
  const accepts = (await world.payDesk()).accepts
  expect(accepts(basePrice(world.chain.network))).toBe(true)
  expect(accepts(greedy)).toBe(false)
  expect(accepts({ ...greedy, perPromptToken: amountToBytes(0n), perToken: amountToBytes(2n ** 100n) })).toBe(false)
  expect(accepts(null)).toBe(false)
})

test('a node that claims a channel was settled beyond its promises makes nobody promise more', async () => {
  const world = await createPaidTown()
  await world.ask(PLENTY)
  const [id = '0x'] = world.chain.channelIds()
  const [before] = await world.books.payer.channels()
  world.chain.change(id, { settled: 10n ** 18n, deposit: 10n ** 19n })
  const asker = await world.ask(PLENTY)
  expect(asker.last().state).toBe('accepted')
  const promised = (await world.books.payer.channels()).map((channel) => channel.promised)
  expect(promised).toEqual([before?.promised, before?.promised])
})

test('providers that take a deposit and refuse lock up twice the limit and no more', async () => {
  const world = await createPaidTown()
  const desk = await world.payDesk()
  const price = basePrice(world.chain.network)
  const key = createSeededSessionKey(200).publicKey
  await expect(desk.prepare(key, price, 100n, 99n)).rejects.toMatchObject({ code: 'payment/cap' })
  expect(world.chain.channelIds()).toEqual([])
  expect(await desk.prepare(key, price, 100n, 100n)).toMatchObject({ moved: 100n, deposit: 100n })
})

test('two jobs on one channel do not count on the same money', async () => {
  const world = await createPaidTown()
  const desk = await world.payDesk()
  const price = basePrice(world.chain.network)
  const key = createSeededSessionKey(200).publicKey
  const first = await desk.prepare(key, price, 100n, 1_000n)
  expect(await desk.prepare(key, price, 100n, 1_000n)).toMatchObject({ moved: 100n, deposit: 200n })
  first.payer.release()
  expect(await desk.prepare(key, price, 100n, 1_000n)).toMatchObject({ moved: 0n, deposit: 200n })
})

test('a payer that wants its deposit back is not worked for on that channel: a new one is opened', async () => {
  const world = await createPaidTown()
  await world.ask(PLENTY)
  const [id = '0x'] = world.chain.channelIds()
  world.chain.change(id, { closeRequestedAt: 1 })
  const asker = await world.ask(PLENTY)
  expect(asker.last().state).toBe('accepted')
  expect(world.chain.channelIds()).toHaveLength(2)
})

test('a voucher that cannot be remembered is not sent: the answer ends with the reason', async () => {
  const world = await createPaidTown()
  let writes = 0
  const { promise } = world.books.payer
  world.books.payer.promise = (...args) => {
    writes++
    // The prompt's voucher, and then the disk is full.
    return writes <= 1 ? promise(...args) : Promise.reject(new CodedError(FULL_DISK))
  }
  const asker = await world.ask(PLENTY)
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'storage/unavailable' } })
  const [voucher] = await world.books.payee.vouchers()
  const [own] = await world.books.payer.channels()
  expect(voucher?.cumulativeAmount).toBe(own?.promised)
})

test('a provider whose journal is full serves nothing more on that voucher', async () => {
  const world = await createPaidTown()
  let kept = 0
  const keep = world.books.payee.keepVoucher
  world.books.payee.keepVoucher = (...args) => {
    kept++
    return kept <= 2 ? keep(...args) : Promise.reject(new CodedError(FULL_DISK))
  }
  const asker = await world.ask(PLENTY)
  // Prompt and first segment were acknowledged; the second segment is the one that is lost.
  const [voucher] = await world.books.payee.vouchers()
  const [own] = await world.books.payer.channels()
  const lost = (own?.promised ?? 0n) - (voucher?.cumulativeAmount ?? 0n)
  expect(lost).toBe(costOf({ read: 0, written: 32 }))
  expect(asker.last().state).not.toBe('accepted')
  asker.stop()
  await asker.done
})

const FULL_DISK = { code: 'storage/unavailable', message: 'The disk is full.', nextStep: 'Free some space.' } as const
