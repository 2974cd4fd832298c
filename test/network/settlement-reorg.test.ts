import { afterEach, beforeEach, expect, test } from 'vitest'
import { outputCharge } from '../../src/protocol/channel/payment-terms.ts'
import { hex } from '../../src/protocol/receipt/typed-data.ts'
import { createMoneyWorld, done, type MoneyWorld, requestOf } from './money-world.ts'

/** A reorganisation at every step from a deposit to tokens in a wallet: nothing is paid twice, no voucher is lost, and what hangs in the air stays small. */
let world: MoneyWorld

beforeEach(async () => {
  world = await createMoneyWorld()
}, 60_000)
afterEach(async () => {
  await world.stop()
})

const SEGMENTS = 4
/** For a machine that does much else. */
const PATIENT = { timeout: 20_000 }
const segment = (): bigint => outputCharge(world.payee.price, 32)

/** So many segments are served and paid; returns what the vouchers promise. */
async function serve({ pays, earns }: Awaited<ReturnType<MoneyWorld['job']>>, segments = SEGMENTS): Promise<bigint> {
  for (let i = 0; i < segments; i++) {
    await earns.gate.send(earns.segmentCharge(32))
    await earns.take(await pays.paySegment(32))
  }
  return pays.spent
}

const pending = async (): Promise<bigint> => (await world.payee.settler.earnings()).pending
const yes = {
  sign: (batch: Parameters<MoneyWorld['payee']['wallet']['signBatch']>[0]) => world.payee.wallet.signBatch(batch),
}

test('the opening is taken back: nobody works on, the next channel is paid for once, and the old one still counts if it returns', async () => {
  const before = await world.balance(world.payer)
  const job = await world.job(10n * segment())
  const promised = await serve(job)
  expect(await pending()).toBe(promised)

  await world.local.reorg(1)
  expect(await world.balance(world.payer)).toBe(before)
  expect(await pending()).toBe(0n)
  // The exposure is what was served on a deposit that was not safe yet: less than the allowance for that.
  expect(promised).toBeLessThanOrEqual(outputCharge(world.payee.price, 8_192))
  const { terms } = job.pays
  expect(await world.payee.desk.accept(requestOf(world.payer.key, terms))).toBe('payment/channel')

  const again = await world.job(10n * segment())
  expect(hex(again.pays.terms.channelId)).not.toBe(hex(terms.channelId))
  expect(await world.balance(world.payer)).toBe(before - 10n * segment())
  const held = await world.payee.book.vouchers()
  expect(held.map(({ cumulativeAmount }) => cumulativeAmount)).toContain(promised)
})

test('a deposit that was safe is not taken back, and vouchers may go as far as it goes', async () => {
  await world.job(10n * segment())
  await world.makeFinal()
  const job = await world.job(10n * segment())
  expect(await serve(job, 10)).toBe(10n * segment())
})

test('the filling up is taken back: what is backed is still paid, and it is filled up once more', async () => {
  await serve(await world.job(2n * segment()), 2)
  await world.makeFinal()
  const more = await world.job(4n * segment())
  await serve(more, 4)
  expect(await pending()).toBe(6n * segment())

  await world.local.reorg(1)
  expect(await pending()).toBe(2n * segment())
  const balance = await world.balance(world.payer)
  await world.job(4n * segment())
  expect(await pending()).toBe(6n * segment())
  // What was promised on the deposit that vanished, and room for four segments more.
  expect(await world.balance(world.payer)).toBe(balance - 8n * segment())
})

test('a settlement is taken back: it is pending again, and settling again pays once', async () => {
  const promised = await serve(await world.job(10n * segment()))
  await world.makeFinal()
  const before = await world.balance(world.payee)
  expect(await world.payee.settler.settle(yes)).toMatchObject({ outcome: 'settled', paid: promised })
  expect(await world.balance(world.payee)).toBe(before + promised)

  await world.local.reorg(1)
  expect(await world.balance(world.payee)).toBe(before)
  expect(await pending()).toBe(promised)
  await world.payee.settler.settle(yes)
  await world.payee.settler.settle(yes)
  expect(await world.balance(world.payee)).toBe(before + promised)
})

test('a settlement that is handed in twice pays once, whatever order the chain puts them in', async () => {
  const promised = await serve(await world.job(10n * segment()))
  await world.makeFinal()
  const before = await world.balance(world.payee)
  await Promise.all([world.payee.settler.handInDue(true), world.payee.settler.handInDue(true)])
  expect(await world.balance(world.payee)).toBe(before + promised)
})

test('the receipts’ root is taken back: the receipts wait for the next settlement', async () => {
  await world.makeFinal()
  await world.payee.book.addReceipt({ digest: new Uint8Array(32).fill(9), tokens: 96, isFree: true })
  expect(await world.payee.settler.settle(yes)).toMatchObject({ outcome: 'settled', paid: 0n })
  expect(await world.payee.settler.earnings()).toMatchObject({ unsettledReceipts: 0 })
  await world.local.reorg(1)
  // The watch needs some blocks, after it has seen it gone, to believe that it does not come back.
  const unsettled = async (): Promise<number> => {
    await world.local.mine(1)
    return (await world.payee.settler.earnings()).unsettledReceipts
  }
  await expect.poll(unsettled, PATIENT).toBe(1)
  expect(await world.payee.settler.settle(yes)).toMatchObject({ outcome: 'settled' })
  await world.makeFinal()
  await expect.poll(async () => (await world.payee.book.receipts()).length, PATIENT).toBe(0)
})

test('a close is asked for and taken back: the channel pays on, and its vouchers were handed in meanwhile', async () => {
  const { pays, earns } = await world.job(10n * segment())
  await serve({ pays, earns })
  await world.makeFinal()
  const channelId = hex(pays.terms.channelId)
  done(await world.payer.wallet.send({ kind: 'request-close', channelId }))
  expect((await world.payee.settler.earnings()).channels).toMatchObject([{ closesAt: expect.any(Number) as number }])
  await world.local.reorg(1)
  expect((await world.payee.settler.earnings()).channels).toMatchObject([{ closesAt: null }])
  expect(await serve({ pays, earns }, 2)).toBe(6n * segment())
  expect(await pending()).toBe(6n * segment())
})

test('a channel is closed after its time and that is taken back: the payer has the rest once, the payee what was promised', async () => {
  const { pays, earns } = await world.job(10n * segment())
  const promised = await serve({ pays, earns })
  await world.makeFinal()
  const channelId = hex(pays.terms.channelId)
  const before = await world.balance(world.payer)
  done(await world.payer.wallet.send({ kind: 'request-close', channelId }))
  await world.payee.settler.handInDue(false)
  await world.local.increaseTime(3 * 86_400)
  await world.makeFinal()
  done(await world.payer.wallet.send({ kind: 'finalize-close', channelId }))
  const refunded = before + 10n * segment() - promised
  expect(await world.balance(world.payer)).toBe(refunded)
  await world.local.reorg(1)
  expect(await world.balance(world.payer)).toBe(before)
  done(await world.payer.wallet.send({ kind: 'finalize-close', channelId }))
  expect(await world.balance(world.payer)).toBe(refunded)
})
