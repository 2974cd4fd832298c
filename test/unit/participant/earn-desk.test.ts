import { expect, test } from 'vitest'
import { createEarnDesk, type JobPayee } from '../../../src/participant/earn-desk.ts'
import { amountOf, amountToBytes } from '../../../src/protocol/channel/amount.ts'
import { basePrice } from '../../../src/protocol/channel/base-price.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { channelIdOf, openDigest } from '../../../src/protocol/channel/channel-messages.ts'
import { keyIdOf, signerOf } from '../../../src/protocol/channel/delegation.ts'
import { freeTerms, outputCharge, type PaymentTerms, paidTerms } from '../../../src/protocol/channel/payment-terms.ts'
import { hexToBytes } from '../../../src/protocol/hash.ts'
import type { JobRequest } from '../../../src/protocol/job/job.ts'
import { hex } from '../../../src/protocol/receipt/typed-data.ts'
import { createMemoryMoneyBook } from '../../../src/storage/money-book.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createMemoryChain, MEMORY_NETWORK } from '../../doubles/memory-chain.ts'
import { createRecordingLogger } from '../../doubles/recording-logger.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { signedVoucher, verifySlowly } from '../../doubles/vouchers.ts'
import { sampleRequest } from './raw-job.ts'

const PAYER: Address = `0x${'11'.repeat(20)}`
const [REQUESTER, PROVIDER, STRANGER] = [0, 1, 2].map(createSeededSessionKey) as [
  ReturnType<typeof createSeededSessionKey>,
  ReturnType<typeof createSeededSessionKey>,
  ReturnType<typeof createSeededSessionKey>,
]
const PRICE = basePrice(MEMORY_NETWORK)
const SEGMENT = outputCharge(PRICE, 32)
const idBytes = (value: `0x${string}`) => hexToBytes(value.slice(2).toLowerCase())

/** A provider's desk, and a channel to it that holds `deposit`. */
async function openDesk({ deposit = 100n * SEGMENT, payeeKey = PROVIDER.publicKey, isSafe = true } = {}) {
  const chain = createMemoryChain()
  const { p256Verifier, channels } = MEMORY_NETWORK.contracts
  chain.delegate(REQUESTER.publicKey, PAYER)
  chain.balances.set(PAYER, deposit)
  chain.allowances.set(PAYER, deposit)
  const signer = signerOf(REQUESTER.publicKey, p256Verifier)
  const place = {
    chainId: MEMORY_NETWORK.chainId,
    channels: idBytes(channels),
    token: idBytes(MEMORY_NETWORK.token.address),
  }
  const payee = keyIdOf(signerOf(payeeKey, p256Verifier))
  const ids = { payer: idBytes(PAYER), payeeKey: idBytes(payee), salt: new Uint8Array(32) }
  const signature = hex(await REQUESTER.sign(openDigest(place, { ...ids, amount: deposit })))
  const terms = { payer: PAYER, payeeKey: payee, salt: hex(ids.salt), amount: deposit }
  await chain.handIn({ kind: 'open-channel', ...terms, signed: { signer, signature } })
  if (isSafe) chain.makeSafe()
  const payment = paidTerms(PRICE, channelIdOf(place, { ...ids, signerKey: idBytes(keyIdOf(signer)) }))
  const book = createMemoryMoneyBook()
  const clock = createFakeClock()
  const logger = createRecordingLogger()
  const ports = { book, sessionKey: PROVIDER, verifySignature: verifySlowly, clock, logger }
  const open = () => createEarnDesk(ports, chain)
  return { chain, book, clock, payment, open, desk: open() }
}

const requestWith = (payment: PaymentTerms, changes: Partial<JobRequest> = {}): JobRequest => ({
  ...sampleRequest('ab'.repeat(32)),
  payment,
  ...changes,
})

async function accepted(opened: Awaited<ReturnType<typeof openDesk>>, desk = opened.desk): Promise<JobPayee> {
  const payee = await desk.accept(requestWith(opened.payment))
  if (typeof payee === 'string') throw new Error(payee)
  return payee
}

const isWaiting = async (payee: JobPayee): Promise<boolean> => {
  let isPaid = false
  void payee.gate.paidUp().then(() => {
    isPaid = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return !isPaid
}

test('a backed channel is worked for, one unpaid segment at a time', async () => {
  const opened = await openDesk()
  const payee = await accepted(opened)
  expect(payee.isFree).toBe(false)
  expect(await isWaiting(payee)).toBe(false)
  await payee.gate.send(payee.segmentCharge(32))
  expect(await isWaiting(payee)).toBe(true)
  await payee.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT - 1n))
  expect(await isWaiting(payee)).toBe(true)
  await payee.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT))
  expect(await isWaiting(payee)).toBe(false)
})

test('what is journaled is the highest voucher, before anybody is served for it', async () => {
  const opened = await openDesk()
  const payee = await accepted(opened)
  for (const amount of [5n, 9n, 7n]) await payee.take(await signedVoucher(REQUESTER, opened.payment, amount))
  const held = await opened.book.vouchers()
  expect(held.map(({ cumulativeAmount }) => cumulativeAmount)).toEqual([9n])
})

test('a voucher that somebody else signed is refused, and so is one for another channel', async () => {
  const opened = await openDesk()
  const payee = await accepted(opened)
  const forged = await signedVoucher(STRANGER, opened.payment, SEGMENT)
  await expect(payee.take(forged)).rejects.toMatchObject({ code: 'payment/voucher' })
  const elsewhere = await signedVoucher(REQUESTER, { ...opened.payment, channelId: new Uint8Array(32) }, SEGMENT)
  await expect(payee.take(elsewhere)).rejects.toMatchObject({ code: 'payment/voucher' })
  const free = await signedVoucher(REQUESTER, freeTerms(REQUESTER.publicKey, PROVIDER.publicKey), SEGMENT)
  await expect(payee.take(free)).rejects.toMatchObject({ code: 'payment/voucher' })
  expect(await opened.book.vouchers()).toEqual([])
})

test('a voucher beyond the deposit is refused', async () => {
  const opened = await openDesk({ deposit: 3n * SEGMENT })
  const payee = await accepted(opened)
  const beyond = await signedVoucher(REQUESTER, opened.payment, 3n * SEGMENT + 1n)
  await expect(payee.take(beyond)).rejects.toMatchObject({ code: 'payment/deposit' })
})

test('a deposit that is not safe yet backs one long answer and no more', async () => {
  const deposit = 10_000n * SEGMENT
  const opened = await openDesk({ deposit, isSafe: false })
  const payee = await accepted(opened)
  const allowance = outputCharge(PRICE, 8_192)
  await payee.take(await signedVoucher(REQUESTER, opened.payment, allowance))
  const more = await signedVoucher(REQUESTER, opened.payment, allowance + 1n)
  await expect(payee.take(more)).rejects.toMatchObject({ code: 'payment/deposit' })
})

test('two jobs on one channel are served once on each promise', async () => {
  const opened = await openDesk()
  const [one, other] = [await accepted(opened), await accepted(opened)]
  await one.gate.send(SEGMENT)
  // Its segment waits until the other job's is paid.
  let isSent = false
  void other.gate.send(SEGMENT).then(() => {
    isSent = true
  })
  expect(await isWaiting(other)).toBe(true)
  expect(isSent).toBe(false)
  await one.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT))
  expect(await isWaiting(one)).toBe(true)
  expect(isSent).toBe(true)
  await other.take(await signedVoucher(REQUESTER, opened.payment, 2n * SEGMENT))
  expect(await isWaiting(one)).toBe(false)
})

test('a prompt is read once a voucher covers it, and not on what others have left over', async () => {
  const opened = await openDesk()
  const payee = await accepted(opened)
  let isRead = false
  void payee.gate.read().then(() => {
    isRead = true
  })
  await payee.take(await signedVoucher(REQUESTER, opened.payment, payee.promptCharge - 1n))
  await isWaiting(payee)
  expect(isRead).toBe(false)
  await payee.take(await signedVoucher(REQUESTER, opened.payment, payee.promptCharge))
  await isWaiting(payee)
  expect(isRead).toBe(true)
})

test('whoever names another’s channel and hangs up leaves it as it was', async () => {
  const opened = await openDesk()
  const mallory = await accepted(opened)
  void mallory.gate.read().catch(() => {})
  mallory.gate.end()
  const payee = await accepted(opened)
  await payee.take(await signedVoucher(REQUESTER, opened.payment, payee.promptCharge))
  await payee.gate.read()
  expect(await isWaiting(payee)).toBe(false)
})

test('a segment that a cut line left unpaid is lost, and the next job on the channel goes on', async () => {
  const opened = await openDesk()
  const cut = await accepted(opened)
  await cut.take(await signedVoucher(REQUESTER, opened.payment, cut.promptCharge))
  await cut.gate.read()
  await cut.gate.send(SEGMENT)
  cut.gate.end()
  const next = await accepted(opened)
  await next.take(await signedVoucher(REQUESTER, opened.payment, 2n * next.promptCharge))
  await next.gate.read()
  await next.gate.send(SEGMENT)
  expect(await isWaiting(next)).toBe(true)
})

test('who leaves segments unpaid again and again is not served again', async () => {
  const opened = await openDesk()
  for (let i = 0; i < 8; i++) {
    const payee = await accepted(opened)
    await payee.gate.send(SEGMENT)
    payee.gate.end()
  }
  expect(await opened.desk.accept(requestWith(opened.payment))).toBe('payment/unpaid')
})

test('what another page of this device has served and been paid is not served again here', async () => {
  const opened = await openDesk()
  const here = await accepted(opened)
  await here.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT))
  const there = await accepted(opened, opened.open())
  for (let i = 1n; i <= 3n; i++) {
    await there.gate.send(SEGMENT)
    await there.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT + i * SEGMENT))
  }
  const again = await accepted(opened)
  await again.gate.send(SEGMENT)
  expect(await isWaiting(again)).toBe(true)
})

test('a page that is opened anew goes on where its book stands', async () => {
  const opened = await openDesk()
  const before = await accepted(opened)
  await before.gate.send(SEGMENT)
  await before.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT))
  const after = await accepted(opened, opened.open())
  expect(await isWaiting(after)).toBe(false)
  await after.gate.send(SEGMENT)
  await after.take(await signedVoucher(REQUESTER, opened.payment, SEGMENT))
  expect(await isWaiting(after)).toBe(true)
  await after.take(await signedVoucher(REQUESTER, opened.payment, 2n * SEGMENT))
  expect(await isWaiting(after)).toBe(false)
})

test.each<[string, Partial<PaymentTerms>, string]>([
  ['another chain', { chainId: 1 }, 'payment/other-chain'],
  ['another contract', { channels: new Uint8Array(20).fill(9) }, 'payment/other-chain'],
  ['a lower price', { perToken: amountToBytes(amountOf(PRICE.perToken) - 1n) }, 'payment/price'],
  [
    'a higher price, which nobody asked for',
    { perToken: amountToBytes(amountOf(PRICE.perToken) + 1n) },
    'payment/price',
  ],
  ['a channel that is not there', { channelId: new Uint8Array(32).fill(9) }, 'payment/channel'],
])('terms with %s are refused', async (_what, change, code) => {
  const opened = await openDesk()
  expect(await opened.desk.accept(requestWith({ ...opened.payment, ...change }))).toBe(code)
})

test('a channel that pays somebody else is refused, and one that holds too little', async () => {
  const others = await openDesk({ payeeKey: STRANGER.publicKey })
  expect(await others.desk.accept(requestWith(others.payment))).toBe('payment/channel')
  const poor = await openDesk({ deposit: SEGMENT })
  expect(await poor.desk.accept(requestWith(poor.payment))).toBe('payment/deposit')
})

test('a channel of another requester’s is refused: its key signs no vouchers there', async () => {
  const opened = await openDesk()
  const thief = requestWith(opened.payment, { requesterKey: STRANGER.publicKey })
  expect(await opened.desk.accept(thief)).toBe('payment/channel')
})

test('free work is for the pair that its channel names, and for so much an hour of whoever shows that it holds its key', async () => {
  const { desk, clock } = await openDesk()
  const free = freeTerms(REQUESTER.publicKey, PROVIDER.publicKey)
  const wrong = freeTerms(REQUESTER.publicKey, STRANGER.publicKey)
  expect(await desk.accept(requestWith(wrong))).toBe('payment/price')
  const large = requestWith(free, { maxTokens: 32_768 })
  // Who only names the key uses nothing up.
  for (let i = 0; i < 9; i++) expect(await desk.accept(large)).toMatchObject({ isFree: true })
  for (let i = 0; i < 3; i++) {
    const payee = await desk.accept(large)
    if (typeof payee === 'string') throw new Error(payee)
    await payee.take(await signedVoucher(REQUESTER, free, 3n))
  }
  expect(await desk.accept(large)).toBe('payment/free-used-up')
  await clock.run(60 * 60 * 1_000)
  expect(await desk.accept(large)).toMatchObject({ isFree: true })
})

test('more vouchers than a job has parts end it: each of them costs a write', async () => {
  const opened = await openDesk()
  const payee = await opened.desk.accept(requestWith(opened.payment, { maxTokens: 64 }))
  if (typeof payee === 'string') throw new Error(payee)
  for (const amount of [1n, 2n, 3n]) await payee.take(await signedVoucher(REQUESTER, opened.payment, amount))
  const fourth = await signedVoucher(REQUESTER, opened.payment, 4n)
  await expect(payee.take(fourth)).rejects.toMatchObject({ code: 'payment/voucher' })
})

test('a promise that a page has forgotten with its end pays for nothing more', async () => {
  const opened = await openDesk()
  const before = await accepted(opened)
  await before.take(await signedVoucher(REQUESTER, opened.payment, before.promptCharge))
  await before.gate.read()
  await before.gate.send(SEGMENT)
  // The voucher for this segment was on its way when the page ended.
  const after = await accepted(opened, opened.open())
  await after.take(await signedVoucher(REQUESTER, opened.payment, 2n * after.promptCharge + SEGMENT))
  await after.gate.read()
  await after.gate.send(SEGMENT)
  expect(await isWaiting(after)).toBe(true)
})

test('nor does one for what was forgiven when its job was cut', async () => {
  const opened = await openDesk()
  const cut = await accepted(opened)
  await cut.take(await signedVoucher(REQUESTER, opened.payment, cut.promptCharge))
  await cut.gate.read()
  await cut.gate.send(SEGMENT)
  cut.gate.end()
  const next = await accepted(opened)
  await next.take(await signedVoucher(REQUESTER, opened.payment, 2n * next.promptCharge + SEGMENT))
  await next.gate.read()
  await next.gate.send(SEGMENT)
  expect(await isWaiting(next)).toBe(true)
})

test('a voucher of one job may count in the prompt of another, whose own comes later', async () => {
  const opened = await openDesk()
  const [one, other] = [await accepted(opened), await accepted(opened, opened.desk)]
  await other.take(await signedVoucher(REQUESTER, opened.payment, 2n * other.promptCharge))
  await other.gate.read()
  await one.take(await signedVoucher(REQUESTER, opened.payment, one.promptCharge))
  await one.gate.read()
  await one.gate.send(SEGMENT)
  expect(await isWaiting(other)).toBe(true)
})

test('a device that knows no chain asks no price and takes no money', async () => {
  const { payment, book, clock } = await openDesk()
  const ports = { book, sessionKey: PROVIDER, verifySignature: verifySlowly, clock, logger: createRecordingLogger() }
  const desk = createEarnDesk(ports, null)
  expect(desk.price).toBeNull()
  expect(await desk.accept(requestWith(payment))).toBe('payment/other-chain')
})
