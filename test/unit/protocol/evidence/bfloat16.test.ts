import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bfloat16Of, f32BitsOf } from '../../../../src/protocol/evidence/bfloat16.ts'
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

test('every bfloat16 comes back from its f32, a signalling NaN as a quiet one', () => {
  const all = Array.from({ length: 0x1_0000 }, (_, bits) => bits)
  const wrong = all.filter((bits) => bfloat16Of(f32BitsOf(bits)) !== ((bits & 0x7fff) > 0x7f80 ? bits | 0x40 : bits))
  expect(wrong).toEqual([])
})
