import { expect, test } from 'vitest'
import { exceedanceBound } from '../../../../tools/calibrate/exceedance-bound.ts'
import { createRandomWords } from '../../../../tools/fixtures/random.ts'

test('some seven hundred honest segments show what the protocol asks for', () => {
  const honest = (count: number) => exceedanceBound(Array.from({ length: count }, () => 0.4))
  expect(honest(600)).toBeGreaterThan(0.8)
  expect(honest(720)).toBeLessThan(0.8)
})

test('nothing measured shows nothing', () => {
  expect(exceedanceBound([])).toBe(Number.POSITIVE_INFINITY)
})

test('one segment beyond its limit is never small evidence', () => {
  expect(exceedanceBound([...Array.from({ length: 5_000 }, () => 0), 1.2])).toBeGreaterThan(1)
})

test('is below the true mean in about one calibration of a thousand: those that saw nothing of what happens', () => {
  // e^λ is e^3 with probability 1/200 and e^−½ else.
  const truth = Math.exp(3) / 200 + (199 / 200) * Math.exp(-0.5)
  const random = createRandomWords('a')
  let tooLow = 0
  for (let i = 0; i < 2_000; i++) {
    const scores = Array.from({ length: 1_400 }, () => (random.next() / 2 ** 32 < 1 / 200 ? 9 : 0))
    if (exceedanceBound(scores) < truth) tooLow += 1
  }
  expect(tooLow).toBeLessThanOrEqual(4)
})
