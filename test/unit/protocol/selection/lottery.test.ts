import fc from 'fast-check'
import { expect, test } from 'vitest'
import { taggedHash } from '../../../../src/protocol/hash.ts'
import { CERTAIN, isAudited } from '../../../../src/protocol/selection/lottery.ts'
import { sampleHash } from './sample-roster.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('rate 0 audits nothing and rate 1 everything', () => {
  fc.assert(
    fc.property(bytes32, bytes32, (randomness, receiptHash) => {
      expect(isAudited(randomness, receiptHash, 0)).toBe(false)
      expect(isAudited(randomness, receiptHash, CERTAIN)).toBe(true)
    }),
  )
})

test('who is audited at one rate is audited at every higher one', () => {
  const rate = fc.integer({ min: 0, max: CERTAIN })
  fc.assert(
    fc.property(bytes32, bytes32, rate, rate, (randomness, receiptHash, a, b) => {
      if (isAudited(randomness, receiptHash, Math.min(a, b))) {
        expect(isAudited(randomness, receiptHash, Math.max(a, b))).toBe(true)
      }
    }),
  )
})

test('the threshold is exact: a ticket of ⌊t·10⁶/2²⁵⁶⌋ millionths is audited from the next rate on', () => {
  for (let i = 0; i < 200; i++) {
    const receiptHash = sampleHash('receipt', i)
    const digest = taggedHash('lottery', sampleHash('beacon'), receiptHash)
    const ticket = digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    const millionths = Number((ticket * 1_000_000n) >> 256n)
    expect(isAudited(sampleHash('beacon'), receiptHash, millionths)).toBe(false)
    expect(isAudited(sampleHash('beacon'), receiptHash, millionths + 1)).toBe(true)
  }
})

test('a twentieth of the receipts is audited at a rate of a twentieth', () => {
  const n = 20_000
  const audited = Array.from({ length: n }, (_, i) => isAudited(sampleHash('beacon'), sampleHash('receipt', i), 50_000))
  const share = audited.filter(Boolean).length / n
  // Four standard errors.
  expect(Math.abs(share - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / n))
})

test('beacon and receipt both decide', () => {
  const draws = Array.from({ length: 64 }, (_, i) => [
    isAudited(sampleHash('beacon', i), sampleHash('receipt'), 500_000),
    isAudited(sampleHash('beacon'), sampleHash('receipt', i), 500_000),
  ])
  expect(new Set(draws.map(([byBeacon]) => byBeacon)).size).toBe(2)
  expect(new Set(draws.map(([, byReceipt]) => byReceipt)).size).toBe(2)
})
