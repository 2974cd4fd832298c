import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ChannelLedger,
  charge,
  isPaidUp,
  openLedger,
  takeVoucher,
} from '../../../../src/protocol/channel/ledger.ts'

function taken(ledger: ChannelLedger, amount: bigint, deposit = 1_000n): ChannelLedger {
  const outcome = takeVoucher(ledger, amount, deposit)
  if (outcome.outcome !== 'taken') throw new Error(outcome.outcome)
  return outcome.ledger
}

test('nothing more is done until what was charged is promised', () => {
  const charged = charge(openLedger(0n), 10n)
  expect(isPaidUp(charged, 0n)).toBe(false)
  expect(isPaidUp(charged, 10n)).toBe(true)
  expect(isPaidUp(taken(charged, 9n), 0n)).toBe(false)
  expect(isPaidUp(taken(charged, 10n), 0n)).toBe(true)
})

test('a voucher that promises no more than one before changes nothing', () => {
  const ledger = taken(charge(openLedger(0n), 10n), 10n)
  for (const amount of [0n, 9n, 10n]) {
    expect(takeVoucher(ledger, amount, 1_000n)).toEqual({ outcome: 'nothing-new', ledger })
  }
})

test('beyond the deposit a voucher is worth nothing, whatever it promises', () => {
  const ledger = charge(openLedger(0n), 10n)
  expect(takeVoucher(ledger, 101n, 100n)).toEqual({ outcome: 'beyond-deposit' })
  expect(isPaidUp(taken(ledger, 100n, 100n), 0n)).toBe(true)
})

test('what was promised before this device’s memory begins is no advance', () => {
  const charged = charge(openLedger(0n), 10n)
  const ledger = taken(charged, 500n)
  expect(isPaidUp(ledger, 0n)).toBe(true)
  expect(isPaidUp(charge(ledger, 1n), 0n)).toBe(false)
})

test('what jobs under way pay before anything is done is an advance, and nothing beyond it', () => {
  const outcome = takeVoucher(charge(openLedger(0n), 10n), 50n, 1_000n, 15n)
  if (outcome.outcome !== 'taken') throw new Error(outcome.outcome)
  expect(isPaidUp(charge(outcome.ledger, 15n), 0n)).toBe(true)
  expect(isPaidUp(charge(outcome.ledger, 16n), 0n)).toBe(false)
})

test('whatever comes in whatever order, received only grows, and never exceeds the deposit', () => {
  const steps = fc.array(fc.record({ kind: fc.constantFrom('charge', 'voucher'), amount: fc.bigInt(0n, 200n) }), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(steps, fc.bigInt(0n, 150n), (all, deposit) => {
      let ledger = openLedger(0n)
      for (const { kind, amount } of all) {
        const before = ledger
        if (kind === 'charge') ledger = charge(ledger, amount)
        else {
          const outcome = takeVoucher(ledger, amount, deposit)
          if (outcome.outcome !== 'beyond-deposit') ({ ledger } = outcome)
        }
        expect(ledger.received >= before.received).toBe(true)
        expect(ledger.received <= deposit).toBe(true)
        expect(ledger.owed >= before.owed).toBe(true)
      }
    }),
  )
})
