import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { checkAmount } from '../../../../src/ui/wording/amount-problem.ts'
import {
  exactDigits,
  inExactToken,
  inToken,
  parseAmount,
  problemInWords,
} from '../../../../src/ui/wording/token-amount.ts'

const LOC = { symbol: 'LOC', decimals: 18 }
const CENT = { symbol: 'CENT', decimals: 2 }
const WHOLE = { symbol: 'UNIT', decimals: 0 }
const MAX = 2n ** 128n - 1n

function amountOf(text: string, token = CENT): bigint | string {
  const parsed = parseAmount(text, token)
  if (parsed.state === 'amount') return parsed.amount
  return parsed.state === 'refused' ? parsed.problem : parsed.state
}

describe('an amount that somebody wrote', () => {
  it('is counted in the smallest unit', () => {
    expect(['12', '12.5', '12.50', '0.01', '.5', '7.', ' 3 ', '0', '007'].map((text) => amountOf(text))).toEqual([
      1_200n,
      1_250n,
      1_250n,
      1n,
      50n,
      700n,
      300n,
      0n,
      700n,
    ])
    expect(amountOf('1', LOC)).toBe(10n ** 18n)
    expect(amountOf('0.000000000000000001', LOC)).toBe(1n)
    expect(amountOf('42', WHOLE)).toBe(42n)
  })

  it('is nothing while nothing was written', () => {
    expect(['', '  ', '\t'].map((text) => amountOf(text))).toEqual(Array(3).fill('empty'))
  })

  it('is refused where it could mean two things, or none', () => {
    const nonsense = [
      '.',
      '1,5',
      '1,234.5',
      '1 000',
      '1e3',
      '0x10',
      '+1',
      'ten',
      '1.2.3',
      'NaN',
      'Infinity',
      '١٢',
      '1n',
      '-',
      '1_000',
      '½',
    ]
    expect(nonsense.map((text) => amountOf(text))).toEqual(nonsense.map(() => 'not-a-number'))
  })

  it('is never below zero, whichever dash says so', () => {
    expect(['-1', '−1', '–0.5', '- 2', '-.5'].map((text) => amountOf(text))).toEqual(Array(5).fill('negative'))
  })

  it('has no more digits behind the point than the token', () => {
    expect([amountOf('0.001'), amountOf('1.000'), amountOf('1.5', WHOLE)]).toEqual(['too-fine', 'too-fine', 'too-fine'])
  })

  it('is no larger than a contract can count', () => {
    expect(amountOf(MAX.toString(), WHOLE)).toBe(MAX)
    expect(amountOf((MAX + 1n).toString(), WHOLE)).toBe('too-large')
    expect(amountOf('9'.repeat(5_000), WHOLE)).toBe('too-large')
  })

  it('comes back as it was written out, for every amount and every token', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX }), fc.integer({ min: 0, max: 36 }), (amount, decimals) => {
        const token = { symbol: 'T', decimals }
        expect(parseAmount(exactDigits(amount, token), token)).toEqual({ state: 'amount', amount })
      }),
    )
  })

  it('never makes an exception, whatever was written', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 36 }), (text, decimals) => {
        expect(['empty', 'amount', 'refused']).toContain(parseAmount(text, { symbol: 'T', decimals }).state)
      }),
    )
  })
})

describe('an amount in words', () => {
  it('is exact where somebody agrees to it', () => {
    expect(inExactToken(1_250_500_000_000_000_000_001n, LOC)).toBe('1,250.500000000000000001 LOC')
    expect([inExactToken(123_456_700n, CENT), inExactToken(5n, WHOLE)]).toEqual(['1,234,567 CENT', '5 UNIT'])
  })

  it('is cut for a glance, says so, and never promises more than there is', () => {
    expect(inToken(1_250_500_000_000_000_000_001n, LOC)).toBe('1,250.500000… LOC')
    expect(inToken(999_999_999_999_999_999n, LOC)).toBe('0.999999… LOC')
    expect(inToken(10n ** 18n, LOC)).toBe('1 LOC')
  })

  it('shows of a very small amount what says anything, and never calls it nothing', () => {
    expect(inToken(1n, LOC)).toBe('0.000000000000000001 LOC')
    expect(inToken(2_345_000_000n, LOC)).toBe('0.0000000023… LOC')
    expect(inToken(0n, LOC)).toBe('0 LOC')
  })

  it('is right beyond what floating point can hold', () => {
    expect(exactDigits(2n ** 128n - 1n, LOC)).toBe('340282366920938463463.374607431768211455')
    expect(inToken(-1_500n, CENT)).toBe('−15 CENT')
  })
})

test('every problem is said so that it can be mended', () => {
  expect(problemInWords('not-a-number', LOC)).toContain('1250.5')
  expect(problemInWords('too-fine', CENT)).toContain('2 digits')
  expect(problemInWords('too-fine', WHOLE)).toBe('UNIT has no fractions.')
  expect(problemInWords('negative', LOC)).toContain('below zero')
  expect(problemInWords('too-large', LOC)).toContain('more than')
})

test('a form takes what is between its bounds, and says which of them is missed', () => {
  expect(checkAmount('2', CENT, 1n, 200n)).toEqual({ amount: 200n })
  expect(checkAmount('2.01', CENT, 1n, 200n)).toEqual({ problem: 'That is more than the 2 CENT there is.' })
  expect(checkAmount('0', CENT, 1n, null)).toEqual({ problem: 'Write an amount above zero.' })
  expect(checkAmount('', CENT, 1n, null)).toEqual({ problem: 'Write an amount first.' })
  expect(checkAmount('a', CENT, 1n, null)).toHaveProperty('problem')
})
