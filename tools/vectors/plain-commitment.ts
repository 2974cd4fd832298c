const PRIME = 65_497
const POINTS = 128

interface Point {
  index: number
  bits: number
}

/** The upper half of the f32 or the next one, whichever is nearer, by their values; infinity stands at 2¹²⁸. */
export function plainBfloat16(f32Bits: number): number {
  const down = f32Bits >>> 16
  const value = magnitudeOf(f32Bits)
  if (Number.isNaN(value)) return down | 0x40
  const below = value - magnitudeOf(down * 0x1_0000)
  const above = magnitudeOf((down + 1) * 0x1_0000) - value
  if (value === 2 ** 128 || below < above) return down
  return above < below ? down + 1 : down + (down % 2)
}

/** docs/protocol.md §4 by its words: sort everything, keep 128, try every modulus, add up Lagrange's polynomials. [258] bytes. */
export function plainCommitment(rows: readonly Float32Array[]): Uint8Array {
  const points = plainPoints(rows)
  let modulus = PRIME
  while (new Set(points.map(({ index }) => index % modulus)).size < points.length) modulus--
  const sum = new Array<number>(POINTS).fill(0)
  for (const { index, bits } of points) {
    const others = points.filter((other) => other.index !== index).map((other) => other.index % modulus)
    const x = index % modulus
    const scale =
      (bits * inverse(others.reduce((product, other) => (product * (x - other + PRIME)) % PRIME, 1))) % PRIME
    rootsToCoefficients(others).forEach((coefficient, i) => {
      sum[i] = ((sum[i] ?? 0) + coefficient * scale) % PRIME
    })
  }
  const bytes = Buffer.alloc(2 + 2 * POINTS)
  for (const [i, value] of [modulus, ...sum].entries()) bytes.writeUInt16BE(value, 2 * i)
  return new Uint8Array(bytes)
}

/** Evaluates the claim with powers of x, one after another. */
export function plainDistance(claim: Uint8Array, rows: readonly Float32Array[]) {
  const [modulus = 0, ...coefficients] = Array.from({ length: 129 }, (_, i) => Buffer.from(claim).readUInt16BE(2 * i))
  const points = plainPoints(rows)
  const differences = points
    .map(({ index, bits }) => ({ bits, claimed: sumOfPowers(coefficients, index % modulus) }))
    .filter(({ bits, claimed }) => Math.floor(bits / 128) === Math.floor(claimed / 128))
    .map(({ bits, claimed }) => Math.abs((bits % 128) - (claimed % 128)))
    .toSorted((a, b) => a - b)
  const equal = differences.length
  return {
    points: points.length,
    exponentMismatches: points.length - equal,
    mantissaMean: equal === 0 ? 128 : differences.reduce((a, b) => a + b, 0) / equal,
    mantissaMedian: differences[Math.ceil(equal / 2) - 1] ?? 128,
  }
}

function plainPoints(rows: readonly Float32Array[]): Point[] {
  const all = rows.flatMap((row) => [...new Uint32Array(row.buffer, row.byteOffset, row.length)])
  return all
    .map((f32Bits, index) => ({ index, bits: plainBfloat16(f32Bits) }))
    .filter(({ bits }) => bits % 0x8000 < 0x7f80)
    .toSorted((a, b) => (b.bits % 0x8000) - (a.bits % 0x8000) || a.index - b.index)
    .slice(0, POINTS)
}

/** Π (x − root). */
function rootsToCoefficients(roots: readonly number[]): number[] {
  return roots.reduce<number[]>(
    (product, root) => [0, ...product].map((below, i) => (below + (product[i] ?? 0) * (PRIME - root)) % PRIME),
    [1],
  )
}

function sumOfPowers(coefficients: readonly number[], x: number): number {
  let power = 1
  let sum = 0
  for (const coefficient of coefficients) {
    sum = (sum + coefficient * power) % PRIME
    power = (power * x) % PRIME
  }
  return sum
}

/** By extended Euclid. */
function inverse(a: number): number {
  let [r, next, s, nextS] = [PRIME, a, 0, 1]
  while (next !== 0) {
    const quotient = Math.floor(r / next)
    ;[r, next, s, nextS] = [next, r - quotient * next, nextS, s - quotient * nextS]
  }
  return ((s % PRIME) + PRIME) % PRIME
}

function magnitudeOf(f32Bits: number): number {
  const magnitude = f32Bits % 2 ** 31
  if (magnitude === 0x7f80_0000) return 2 ** 128
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, magnitude)
  return view.getFloat32(0)
}
