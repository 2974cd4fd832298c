import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import type { HeldVoucher, OwnChannel } from '../../../src/participant/ports.ts'
import { createDatabase } from '../../../src/storage/database.ts'
import { createMemoryMoneyBook, createMoneyBook } from '../../../src/storage/money-book.ts'

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)
const HUGE = 2n ** 127n + 1n

function voucher(cumulativeAmount: bigint, ofChannel = 1): HeldVoucher {
  const place = { chainId: 31_337, channels: bytes(20, 0xc), channelId: bytes(32, ofChannel) }
  return {
    ...place,
    payerKey: bytes(64, 2),
    cumulativeAmount,
    signature: bytes(64, Number(cumulativeAmount % 251n)),
    certain: null,
  }
}

function channel(promised: bigint, deposit = 100n): OwnChannel {
  const place = { chainId: 31_337, channels: bytes(20, 0xc), channelId: bytes(32, 1) }
  return { ...place, payer: `0x${'11'.repeat(20)}`, payeeKey: bytes(64, 3), salt: bytes(32, 4), promised, deposit }
}

let databases = 0
const freshDatabase = () => createDatabase(`money-${++databases}`)

describe.each([
  ['in IndexedDB', () => createMoneyBook(freshDatabase())],
  ['for one visit', () => createMemoryMoneyBook()],
])('a book of money %s', (_where, open) => {
  test('keeps the highest voucher of each channel, whatever order they come in', async () => {
    const book = open()
    for (const one of [voucher(5n), voucher(9n), voucher(7n), voucher(1n, 2)]) await book.keepVoucher(one, 0n)
    const held = await book.vouchers()
    expect(held).toHaveLength(2)
    expect(held).toContainEqual(voucher(9n))
    expect(held).toContainEqual(voucher(1n, 2))
  })

  test('the highest voucher that is certain is kept beside the highest, also if it becomes certain later', async () => {
    const book = open()
    const certainly = async (): Promise<bigint | undefined> => (await book.vouchers())[0]?.certain?.cumulativeAmount
    await book.keepVoucher(voucher(5n), 5n)
    await book.keepVoucher(voucher(9n), 5n)
    expect(await certainly()).toBe(5n)
    await book.keepVoucher(voucher(11n), 10n)
    expect(await certainly()).toBe(9n)
    await book.keepVoucher(voucher(12n), 12n)
    expect(await book.vouchers()).toEqual([
      { ...voucher(12n), certain: { cumulativeAmount: 12n, signature: voucher(12n).signature } },
    ])
  })

  test('amounts beyond what a double holds come back to the last unit', async () => {
    const book = open()
    await book.keepVoucher(voucher(HUGE), 0n)
    await book.keepChannel(channel(HUGE, HUGE + 1n))
    expect((await book.vouchers())[0]?.cumulativeAmount).toBe(HUGE)
    expect((await book.channels())[0]).toMatchObject({ promised: HUGE, deposit: HUGE + 1n })
  })

  test('a promise is never taken back, while a deposit may shrink', async () => {
    const book = open()
    await book.keepChannel(channel(50n, 100n))
    await book.keepChannel(channel(40n, 200n))
    expect(await book.channels()).toEqual([channel(50n, 200n)])
    await book.keepChannel(channel(50n, 80n))
    expect(await book.channels()).toEqual([channel(50n, 80n)])
  })

  test('receipts wait for a settlement, and free tokens are tallied for good', async () => {
    const book = open()
    const [one, other] = [bytes(32, 1), bytes(32, 2)]
    await book.addReceipt({ digest: one, tokens: 40, isFree: true })
    await book.addReceipt({ digest: other, tokens: 8, isFree: false })
    expect(await book.receipts()).toHaveLength(2)
    await book.settle([one])
    expect(await book.receipts()).toEqual([{ digest: other, tokens: 8, isFree: false }])
    expect(await book.freeTokens()).toBe(40)
  })

  test('what is written by many at once is all there', async () => {
    const book = open()
    const amounts = Array.from({ length: 20 }, (_, i) => BigInt((i * 7) % 20))
    await Promise.all(amounts.map((amount) => book.keepVoucher(voucher(amount), 0n)))
    expect((await book.vouchers()).map(({ cumulativeAmount }) => cumulativeAmount)).toEqual([19n])
  })
})

test('two tabs that promise at the same moment promise the sum, and never beyond the deposit', async () => {
  const database = `money-${++databases}`
  const [one, other] = [createMoneyBook(createDatabase(database)), createMoneyBook(createDatabase(database))]
  await one.keepChannel(channel(0n, 100n))
  const { channelId } = channel(0n)
  const sums = await Promise.all([one, other, one, other].map((book) => book.promise(channelId, 30n, 100n)))
  expect(new Set(sums)).toEqual(new Set([30n, 60n, 90n, null]))
  expect((await other.channels())[0]?.promised).toBe(90n)
  expect(await one.promise(bytes(32, 99), 1n, 100n)).toBeNull()
})

test('two tabs over one database cannot lower each other’s sums', async () => {
  const database = `money-${++databases}`
  const [one, other] = [createMoneyBook(createDatabase(database)), createMoneyBook(createDatabase(database))]
  await one.keepVoucher(voucher(9n), 0n)
  await other.keepVoucher(voucher(5n), 0n)
  expect(await one.vouchers()).toEqual([voucher(9n)])
})

test('what no longer parses is not money, and gives way to what does', async () => {
  const database = freshDatabase()
  const db = await database.open()
  const name = '01'.repeat(32)
  await db.put('vouchers', { ...voucher(9n), cumulativeAmount: -1n }, name)
  await db.put('money-totals', 'many', 'free-tokens')
  const book = createMoneyBook(database)
  expect(await book.vouchers()).toEqual([])
  expect(await book.freeTokens()).toBe(0)
  await book.keepVoucher(voucher(3n), 0n)
  expect(await book.vouchers()).toEqual([voucher(3n)])
})

test('a database that refuses is storage/unavailable', async () => {
  const book = createMoneyBook({ open: () => Promise.reject(new Error('no')), close: async () => {} })
  await expect(book.keepVoucher(voucher(1n), 0n)).rejects.toMatchObject({ code: 'storage/unavailable' })
  await expect(book.receipts()).rejects.toMatchObject({ code: 'storage/unavailable' })
})
