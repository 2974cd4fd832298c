import fc from 'fast-check'
import { expect, test } from 'vitest'
import { COMMITMENT_POINTS, createTopValues } from '../../../../src/protocol/evidence/top-values.ts'
import { plainBfloat16 } from '../../../../tools/vectors/plain-commitment.ts'

/** Sorts everything, the slow way. */
function bruteForce(bits: readonly number[]): { index: number; bits: number }[] {
  return bits
    .map((f32, index) => ({ index, bits: plainBfloat16(f32) }))
    .filter((value) => (value.bits & 0x7fff) < 0x7f80)
    .toSorted((a, b) => (b.bits & 0x7fff) - (a.bits & 0x7fff) || a.index - b.index)
    .slice(0, COMMITMENT_POINTS)
}

function streamed(bits: readonly number[], hidden: number): { index: number; bits: number }[] {
  const top = createTopValues()
  const flat = new Float32Array(Uint32Array.from(bits).buffer)
  for (let at = 0; at < flat.length; at += hidden) top.add(flat.subarray(at, at + hidden))
  const { indices, bits: kept } = top.values()
  return Array.from(indices, (index, i) => ({ index, bits: kept[i] as number }))
}

const f32Of = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0] as number

test.each<[string, fc.Arbitrary<number>]>([
  ['any bits at all', fc.integer({ min: 0, max: 0xffff_ffff })],
  ['few magnitudes, so many equal ones', fc.integer({ min: -6, max: 6 }).map((n) => f32Of(n / 4))],
  ['one magnitude in two signs', fc.constantFrom(f32Of(1), f32Of(-1))],
  ['neighbours of rounding ties', fc.integer({ min: 0, max: 12 }).map((n) => 0x3f80_0000 + n * 0x4000 + (n % 3) - 1)],
  ['the end of the finite ones', fc.integer({ min: 0x7f7e_0000, max: 0x7f81_0000 })],
])('the stream keeps what sorting everything keeps: %s', (_what, values) => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 700, size: 'max' }), fc.integer({ min: 1, max: 200 }), (bits, hidden) => {
      expect(streamed(bits, hidden)).toEqual(bruteForce(bits))
    }),
  )
})

test('ever larger values, the worst order there is, are kept too', () => {
  const bits = Array.from({ length: 20_000 }, (_, i) => 0x3f80_0000 + i * 0x8000)
  expect(streamed(bits, 100)).toEqual(bruteForce(bits))
})

test('of equal magnitudes the first 128 stay, whatever their signs', () => {
  const bits = Array.from({ length: 300 }, (_, i) => f32Of(i % 2 === 0 ? 3 : -3))
  expect(streamed(bits, 100).map(({ index }) => index)).toEqual(Array.from({ length: 128 }, (_, i) => i))
})

test.each([
  ['even', 'down, and is too late', 0x3f80_8000, false],
  ['even', 'up once it is one bit more', 0x3f80_8001, true],
  ['odd', 'up', 0x3f81_8000, true],
  ['odd', 'down while it is one bit less', 0x3f81_7fff, false],
])('half a step above an %s value goes %s', (_parity, _way, late, enters) => {
  const bits = [...new Array<number>(128).fill(late & 0xffff_0000), late]
  expect(streamed(bits, 43).some(({ index }) => index === 128)).toBe(enters)
  expect(streamed(bits, 43)).toEqual(bruteForce(bits))
})

test('asking does not end the stream', () => {
  const top = createTopValues()
  top.add(Float32Array.of(1, 2))
  expect([...top.values().indices]).toEqual([1, 0])
  top.add(Float32Array.of(3, 0))
  expect([...top.values().indices]).toEqual([2, 1, 0, 3])
})

test('a row is read when it is added, from wherever it lies in its buffer', () => {
  const top = createTopValues()
  const buffer = Float32Array.of(9, 1, 2, 9)
  top.add(buffer.subarray(1, 3))
  buffer.fill(0)
  expect([...top.values().bits]).toEqual([0x4000, 0x3f80])
})
