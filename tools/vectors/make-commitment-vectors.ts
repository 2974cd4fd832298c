/**
 * Writes test/vectors/commitments.json: bfloat16 roundings, activation commitments of given rows, and the distances of claims from
 * rows, computed from docs/protocol.md by other code than the protocol's own. `npm run vectors:reference` computes them a third time, in
 * Python. The output is committed and only changes when the protocol does.
 */
import { writeFile } from 'node:fs/promises'
import { type RowsSource, rowsOf } from './commitment-rows.ts'
import { plainBfloat16, plainCommitment, plainDistance } from './plain-commitment.ts'
import { taggedSha256 } from './tagged-sha256.ts'

const ROUNDED = [
  ['zero', 0x0000_0000],
  ['minus zero', 0x8000_0000],
  ['one', 0x3f80_0000],
  ['a little less than half a step', 0x3f80_7fff],
  ['half a step above an even one', 0x3f80_8000],
  ['half a step above an odd one', 0x3f81_8000],
  ['a little more than half a step', 0x3f80_8001],
  ['negative, half a step above an odd one', 0xbf81_8000],
  ['rounds into the next exponent', 0x3fff_8000],
  ['the largest that stays finite', 0x7f7f_7fff],
  ['the smallest that rounds to infinity', 0x7f7f_8000],
  ['the largest f32', 0x7f7f_ffff],
  ['the smallest subnormal', 0x0000_0001],
  ['a subnormal that rounds up', 0x0000_8001],
  ['infinity', 0x7f80_0000],
  ['minus infinity', 0xff80_0000],
  ['a quiet NaN', 0x7fc0_0000],
  ['a NaN whose payload is in the lower half', 0x7f80_0001],
  ['a NaN that would carry into the sign', 0x7fff_ffff],
] as const

const SEGMENT: RowsSource = { kind: 'cubes', hidden: 192, rows: 32, key: [1, 2], drift: null }
const WIDE: RowsSource = { kind: 'cubes', hidden: 4_096, rows: 32, key: [3, 26], drift: null }

const sources: { name: string; rows: RowsSource }[] = [
  {
    name: 'three rows of five',
    rows: fromFloats(5, [1, -2, 0.5, 3.75, 0, 1e-9, 8, -8, 8, 1, 300, -7e8, 2, 0.1, -0.1]),
  },
  { name: 'values of both signs and all kinds', rows: fromBits(ROUNDED.map(([, f32]) => f32)) },
  { name: 'nothing finite', rows: fromBits([0x7f80_0000, 0xff80_0000, 0x7fc0_0000]) },
  { name: 'equal magnitudes at the end of the 128', rows: fromFloats(96, sixteenths(384)) },
  { name: 'nothing but equal values', rows: fromFloats(50, new Array<number>(200).fill(-2.5)) },
  { name: 'a short segment of one row', rows: { kind: 'cubes', hidden: 2_048, rows: 1, key: [5, 8], drift: null } },
  { name: 'a segment of a narrow model', rows: SEGMENT },
  { name: 'a segment of a wide model', rows: WIDE },
  { name: 'a prompt', rows: { kind: 'cubes', hidden: 576, rows: 300, key: [7, 7], drift: null } },
  {
    name: 'indices that rule out many moduli',
    rows: {
      kind: 'sparse',
      hidden: 4_096,
      rows: 32,
      entries: [0, 65_497, 65_496, 65_495, 130_900].map((index, i) => ({ index, value: i + 1 })),
    },
  },
]

const commitments = sources.map(({ name, rows }) => ({ name, rows, commitment: hex(plainCommitment(rowsOf(rows))) }))

const segment = plainCommitment(rowsOf(SEGMENT))
const claims: { name: string; claim: Uint8Array; rows: RowsSource }[] = [
  { name: 'the same rows', claim: segment, rows: SEGMENT },
  { name: 'rows that drift by up to 2⁻⁹', claim: segment, rows: { ...SEGMENT, drift: 9 } },
  { name: 'rows that drift by up to 2⁻⁵', claim: segment, rows: { ...SEGMENT, drift: 5 } },
  { name: 'wide rows that drift by up to 2⁻⁷', claim: plainCommitment(rowsOf(WIDE)), rows: { ...WIDE, drift: 7 } },
  { name: 'other rows', claim: segment, rows: { ...SEGMENT, key: [2, 1] } },
  { name: 'one coefficient changed', claim: changed(segment, 2 + 2 * 64), rows: SEGMENT },
  { name: 'another modulus', claim: changed(segment, 0), rows: SEGMENT },
  { name: 'infinity everywhere', claim: constant(0x7f80), rows: SEGMENT },
  { name: 'infinity everywhere, against it', claim: constant(0x7f80), rows: fromFloats(4, [3.39e38, 3.3e38, 1, 2]) },
  {
    name: 'a constant that is nearly right',
    claim: constant(0x4010),
    rows: fromFloats(3, [2.25, 2.5, -2.25, 2, 3, 8]),
  },
]
const distances = claims.map(({ name, claim, rows }) => ({
  name,
  claim: hex(claim),
  rows,
  distance: plainDistance(claim, rowsOf(rows)),
}))

const bfloat16 = ROUNDED.map(([name, f32]) => ({ name, f32, bfloat16: plainBfloat16(f32) }))
const file = { bfloat16, commitments, distances }
await writeFile(new URL('../../test/vectors/commitments.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`)

function fromFloats(hidden: number, values: readonly number[]): RowsSource {
  return fromBits([...new Uint32Array(Float32Array.from(values).buffer)], hidden)
}

function fromBits(bits: readonly number[], hidden: number = bits.length): RowsSource {
  const bytes = Buffer.alloc(4 * bits.length)
  for (const [i, word] of bits.entries()) bytes.writeUInt32LE(word, 4 * i)
  return { kind: 'bytes', hidden, f32: bytes.toString('hex') }
}

/** From −8 to 8, each exact in bfloat16. */
function sixteenths(count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((taggedSha256(`vector/sixteenth/${i}`)[0] ?? 0) - 128) / 16)
}

/** One less at `offset`, as a big-endian u16 that is not 0. */
function changed(commitment: Uint8Array, offset: number): Uint8Array {
  const bytes = Buffer.from(commitment)
  bytes.writeUInt16BE(bytes.readUInt16BE(offset) - 1, offset)
  return new Uint8Array(bytes)
}

function constant(bits: number): Uint8Array {
  const bytes = Buffer.alloc(258)
  bytes.writeUInt16BE(65_497, 0)
  bytes.writeUInt16BE(bits, 2)
  return new Uint8Array(bytes)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
