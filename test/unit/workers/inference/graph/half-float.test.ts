import { expect, test } from 'vitest'
import { halfToFloat } from '../../../../../workers/inference/graph/half-float.ts'
import { Half } from './half.ts'

test('every one of the 65,536 halves has the value that the platform gives it', () => {
  const patterns = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)
  const platform = new Half(patterns.buffer)
  const wrong = Array.from(patterns).filter((bits) => !Object.is(halfToFloat(bits), platform[bits]))
  expect(wrong).toEqual([])
})
