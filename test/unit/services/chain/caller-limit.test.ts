import { expect, test } from 'vitest'
import { createCallerLimit } from '../../../../services/chain/caller-limit.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'

test('so many at once, each caller for itself, and again with time', () => {
  const clock = createFakeClock()
  const limit = createCallerLimit(3, 60_000, clock)
  expect(Array.from({ length: 5 }, () => limit('a'))).toEqual([true, true, true, false, false])
  expect(limit('b')).toBe(true)
  clock.advance(19_000)
  expect(limit('a')).toBe(false)
  clock.advance(2_000)
  expect([limit('a'), limit('a')]).toEqual([true, false])
  clock.advance(3_600_000)
  expect(Array.from({ length: 4 }, () => limit('a'))).toEqual([true, true, true, false])
})

test('of more callers than are remembered the oldest is forgotten, and memory stays bounded', () => {
  const limit = createCallerLimit(1, 60_000, createFakeClock())
  expect(limit('first')).toBe(true)
  expect(limit('first')).toBe(false)
  for (let i = 0; i < 4_096; i++) limit(`caller ${i}`)
  expect(limit('first')).toBe(true)
})
