import { FIELD_PRIME, interpolate } from './prime-field.ts'
import { COMMITMENT_POINTS, createTopValues } from './top-values.ts'

/** u16 modulus, then 128 u16 coefficients, all big-endian. */
export const COMMITMENT_BYTES = 2 + 2 * COMMITMENT_POINTS

/**
 * No honest modulus is smaller. For flat indices below 2¹⁷ (32 rows of 4,096) that is proved: a modulus above 2¹⁵ fails only if it
 * divides one of the 8,128 differences, each of which has at most three such divisors, and there are more than 3 · 8,128 candidates. Beyond,
 * a candidate fails about once in eight. A smaller modulus would be a choice: with `hidden` as modulus, rows alias, and one
 * constant guess of a model's outlier dimensions serves every text.
 */
export const MIN_MODULUS = 32_769

/** Why bytes are no commitment. */
export type CommitmentFault = 'length' | 'modulus' | 'coefficient'

export interface RowsCommitment {
  /** The next final-norm row, [hidden] f32; read now, not kept. */
  add(row: Float32Array): void
  /** [258] bytes, the caller's own, over all rows so far. */
  digest(): Uint8Array
}

/**
 * The activation commitment of a segment (protocol.md §4; TOPLOC, arXiv 2501.16007): its 128 largest values in bfloat16, as the
 * coefficients of the polynomial over GF(65497) that takes their bits at their flat indices, modulo the largest modulus that keeps
 * these apart. Whoever computes nearly the same rows finds nearly the same values in it; it says nothing about others.
 */
export function createRowsCommitment(): RowsCommitment {
  const top = createTopValues()
  return {
    add: top.add,
    digest() {
      const { indices, bits } = top.values()
      const modulus = distinctModulus(indices)
      // Unseen so far; the zero modulus then says by itself that there is no claim.
      const coefficients = modulus === 0 ? new Uint16Array() : interpolate(residues(indices, modulus), bits)
      const bytes = new Uint8Array(COMMITMENT_BYTES)
      const view = new DataView(bytes.buffer)
      view.setUint16(0, modulus)
      for (let i = 0; i < coefficients.length; i++) view.setUint16(2 + 2 * i, coefficients[i] as number)
      return bytes
    },
  }
}

/** What is wrong with a stranger's commitment, or null. Total on any bytes. */
export function faultOfCommitment(bytes: Uint8Array): CommitmentFault | null {
  if (bytes.length !== COMMITMENT_BYTES) return 'length'
  const { modulus, coefficients } = readCommitment(bytes)
  if (modulus < MIN_MODULUS || modulus > FIELD_PRIME) return 'modulus'
  return coefficients.every((coefficient) => coefficient < FIELD_PRIME) ? null : 'coefficient'
}

/** Fields of 258 bytes that have no fault. `coefficients` is [128], c0 first. */
export function readCommitment(bytes: Uint8Array): { modulus: number; coefficients: Uint16Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const coefficients = new Uint16Array(COMMITMENT_POINTS)
  for (let i = 0; i < COMMITMENT_POINTS; i++) coefficients[i] = view.getUint16(2 + 2 * i)
  return { modulus: view.getUint16(0), coefficients }
}

/** [p] Which candidate met a residue last, so that nothing is cleared between candidates; all of it before each search. */
const stamps = new Uint16Array(FIELD_PRIME)

/** The largest modulus that keeps `indices` apart; 0 if none down to MIN_MODULUS does. */
function distinctModulus(indices: Uint32Array): number {
  stamps.fill(0)
  for (let modulus = FIELD_PRIME; modulus >= MIN_MODULUS; modulus--) {
    if (staysDistinct(indices, modulus)) return modulus
  }
  return 0
}

function staysDistinct(indices: Uint32Array, modulus: number): boolean {
  for (let i = 0; i < indices.length; i++) {
    const residue = (indices[i] as number) % modulus
    if (stamps[residue] === modulus) return false
    stamps[residue] = modulus
  }
  return true
}

function residues(indices: Uint32Array, modulus: number): Uint16Array {
  const found = new Uint16Array(indices.length)
  for (let i = 0; i < indices.length; i++) found[i] = (indices[i] as number) % modulus
  return found
}
