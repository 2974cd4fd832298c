import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { amountOf, amountToBytes, MAX_AMOUNT } from '../../../../src/protocol/channel/amount.ts'
import { basePrice } from '../../../../src/protocol/channel/base-price.ts'
import {
  affordableTokens,
  freeTerms,
  isFree,
  outputCharge,
  PaymentTermsSchema,
  PriceSchema,
  paidTerms,
  promptCharge,
} from '../../../../src/protocol/channel/payment-terms.ts'
import { MEMORY_NETWORK } from '../../../doubles/memory-chain.ts'
import { filled } from '../sample-values.ts'

const PRICE = { ...basePrice(MEMORY_NETWORK), perPromptToken: amountToBytes(2n), perToken: amountToBytes(10n) }

test('an amount comes back from its 16 bytes', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, MAX_AMOUNT), (amount) => {
      expect(amountOf(amountToBytes(amount))).toBe(amount)
    }),
  )
  for (const amount of [-1n, MAX_AMOUNT + 1n]) expect(() => amountToBytes(amount)).toThrow(RangeError)
})

test('free terms name a channel that only this pair has, and pass the schema that paid ones pass', () => {
  const [a, b, c] = [filled(64, 1), filled(64, 2), filled(64, 3)]
  expect(isFree(freeTerms(a, b))).toBe(true)
  expect(freeTerms(a, b)).toEqual(freeTerms(a, b))
  expect(freeTerms(a, b).channelId).not.toEqual(freeTerms(a, c).channelId)
  expect(freeTerms(a, b).channelId).not.toEqual(freeTerms(b, a).channelId)
  expect(v.is(PaymentTermsSchema, freeTerms(a, b))).toBe(true)
  expect(v.is(PaymentTermsSchema, paidTerms(PRICE, filled(32, 4)))).toBe(true)
  expect(isFree(paidTerms(PRICE, filled(32, 4)))).toBe(false)
})

test('no price is asked on the chain of free work', () => {
  expect(v.is(PriceSchema, PRICE)).toBe(true)
  expect(v.is(PriceSchema, { ...PRICE, chainId: 0 })).toBe(false)
})

test('reading and writing have their prices', () => {
  expect(promptCharge(PRICE, 7)).toBe(14n)
  expect(outputCharge(PRICE, 32)).toBe(320n)
})

test('what an amount pays for is never more than it pays for, and one token more would be', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10_000n), fc.nat(500), (amount, read) => {
      const tokens = affordableTokens(PRICE, read, amount)
      if (tokens < 0) expect(promptCharge(PRICE, read) > amount).toBe(true)
      else {
        expect(promptCharge(PRICE, read) + outputCharge(PRICE, tokens) <= amount).toBe(true)
        expect(promptCharge(PRICE, read) + outputCharge(PRICE, tokens + 1) > amount).toBe(true)
      }
    }),
  )
})

test('ten thousand tokens cost one, and reading an eighth', () => {
  const price = basePrice(MEMORY_NETWORK)
  expect(outputCharge(price, 10_000)).toBe(10n ** 18n)
  expect(promptCharge(price, 80_000)).toBe(10n ** 18n)
})
