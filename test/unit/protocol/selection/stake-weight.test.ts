import { expect, test } from 'vitest'
import { STRANGER_WEIGHT, WHOLE_TOKEN, weightOf } from '../../../../src/protocol/selection/stake-weight.ts'

test('stake weighs in millionths of one token, rounded down, whatever its decimals', () => {
  expect(weightOf(10n ** 18n, 18)).toBe(WHOLE_TOKEN)
  expect(weightOf(1_999_999_999_999n, 18)).toBe(1)
  expect(weightOf(1_250_500_000n, 6)).toBe(1_250_500_000)
  expect(weightOf(3n, 0)).toBe(3 * WHOLE_TOKEN)
})

test('nobody weighs nothing, and nobody more than a binary64 counts', () => {
  expect(weightOf(0n, 18)).toBe(STRANGER_WEIGHT)
  expect(weightOf(10n ** 12n - 1n, 18)).toBe(STRANGER_WEIGHT)
  expect(weightOf(2n ** 128n - 1n, 18)).toBe(Number.MAX_SAFE_INTEGER)
})
