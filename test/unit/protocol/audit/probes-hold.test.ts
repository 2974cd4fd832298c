import fc from 'fast-check'
import { expect, test } from 'vitest'
import { probesHold } from '../../../../src/protocol/audit/probes-hold.ts'

const f32 = fc.float({ noNaN: true, noDefaultInfinity: true })
const values = fc.array(f32, { minLength: 8, maxLength: 8 })

test('one’s own values hold, in a cell of one’s own and in any other', () => {
  fc.assert(
    fc.property(values, fc.boolean(), (own, isExact) => {
      expect(probesHold(own, own, isExact)).toBe(true)
    }),
  )
})

test('within an exact pair the last bit of one value decides', () => {
  const own = [0.5, 1, 2, 3, 4, 5, 6, 7]
  const nudged = own.with(3, 3 + 2 ** -22)
  expect(probesHold(nudged, own, true)).toBe(false)
  expect(probesHold(nudged, own, false)).toBe(true)
})

test('across cells two last bits of bfloat16 are near, more are not', () => {
  expect(probesHold([1 + 2 ** -7], [1], false)).toBe(true)
  expect(probesHold([1 + 2 ** -5], [1], false)).toBe(false)
  expect(probesHold([-1], [1], false)).toBe(false)
})

test('too few values, too many, or none hold nowhere', () => {
  expect(probesHold([], [1], false)).toBe(false)
  expect(probesHold([1, 1], [1], false)).toBe(false)
})
