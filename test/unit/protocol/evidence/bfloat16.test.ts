import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bfloat16Of, f32BitsOf, isFiniteBfloat16 } from '../../../../src/protocol/evidence/bfloat16.ts'
import { plainBfloat16 } from '../../../../tools/vectors/plain-commitment.ts'
import vectors from '../../../vectors/commitments.json' with { type: 'json' }

const anyBits = fc.integer({ min: 0, max: 0xffff_ffff })

test.each(vectors.bfloat16)('the committed rounding of $name', ({ f32, bfloat16 }) => {
  expect(bfloat16Of(f32)).toBe(bfloat16)
})

test('any f32 goes to the nearest bfloat16, ties to even, as values say and not bits', () => {
  fc.assert(
    fc.property(anyBits, (bits) => {
      expect(bfloat16Of(bits)).toBe(plainBfloat16(bits))
    }),
    { numRuns: 2_000 },
  )
})

test('the same bits read as a signed word round alike', () => {
  fc.assert(
    fc.property(anyBits, (bits) => {
      expect(bfloat16Of(bits | 0)).toBe(bfloat16Of(bits))
    }),
  )
})

test('every bfloat16 but a signalling NaN comes back from its f32, and is finite exactly when that is', () => {
  for (let bits = 0; bits < 0x1_0000; bits++) {
    const value = new Float32Array(Uint32Array.of(f32BitsOf(bits)).buffer)[0] as number
    if (isFiniteBfloat16(bits) !== Number.isFinite(value)) expect.fail(`finiteness of ${bits}`)
    if (!Number.isNaN(value) && bfloat16Of(f32BitsOf(bits)) !== bits) expect.fail(`round trip of ${bits}`)
  }
  expect(isFiniteBfloat16(0xff7f)).toBe(true)
})
