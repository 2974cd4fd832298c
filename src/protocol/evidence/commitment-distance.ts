import * as v from 'valibot'
import { count } from '../wire/schemas.ts'
import { faultOfCommitment, readCommitment } from './activation-commitment.ts'
import { evaluate } from './prime-field.ts'
import { COMMITMENT_POINTS, createTopValues, type TopValues } from './top-values.ts'

const MANTISSA_BITS = 7
const MANTISSA_MASK = (1 << MANTISSA_BITS) - 1

/** One more than two mantissas of 7 bits can differ by: what is reported when no exponent agrees, so that there is nothing to compare. */
const WORST_MANTISSA = 128

/** How far a claimed commitment is from the checker's own rows, at the checker's own largest values. */
export const CommitmentDistanceSchema = v.strictObject({
  /** Values compared: 128, or all finite ones of a segment that has fewer. */
  points: count(COMMITMENT_POINTS),
  /** Points whose sign or exponent differs, or where the claim is no finite number. */
  exponentMismatches: count(COMMITMENT_POINTS),
  /** Over points with equal sign and exponent: mean and median (the lower middle) of |difference| in last bits of bfloat16. */
  mantissaMean: v.pipe(v.number(), v.minValue(0), v.maxValue(WORST_MANTISSA)),
  mantissaMedian: count(WORST_MANTISSA),
})

export type CommitmentDistance = v.InferOutput<typeof CommitmentDistanceSchema>

export interface CommitmentCheck {
  /** The checker's next final-norm row, [hidden] f32; read now, not kept. */
  add(row: Float32Array): void
  /** Null when there is nothing to compare with: no claim, or a faulty one. */
  distance(): CommitmentDistance | null
}

/** Compares a stranger's commitment with rows that this device computes (protocol.md §4; TOPLOC, arXiv 2501.16007, algorithm 2). */
export function createCommitmentCheck(claimed: Uint8Array | null): CommitmentCheck {
  if (claimed === null || faultOfCommitment(claimed) !== null) return { add: () => undefined, distance: () => null }
  const { modulus, coefficients } = readCommitment(claimed)
  const top = createTopValues()
  return {
    add: top.add,
    distance: () => distanceOf(top.values(), (index) => evaluate(coefficients, index % modulus)),
  }
}

function distanceOf({ indices, bits }: TopValues, claimAt: (index: number) => number): CommitmentDistance {
  const differences: number[] = []
  indices.forEach((index, i) => {
    const own = bits[i] as number
    const claim = claimAt(index)
    // A claim that is no finite number has an exponent that no value of one's own has.
    if (claim >> MANTISSA_BITS !== own >> MANTISSA_BITS) return
    differences.push(Math.abs((claim & MANTISSA_MASK) - (own & MANTISSA_MASK)))
  })
  const points = indices.length
  return { points, exponentMismatches: points - differences.length, ...mantissaOf(differences, points) }
}

/** A segment without a finite value has no distance at all; one where no exponent agrees has the worst. */
function mantissaOf(differences: number[], points: number): { mantissaMean: number; mantissaMedian: number } {
  if (points === 0) return { mantissaMean: 0, mantissaMedian: 0 }
  if (differences.length === 0) return { mantissaMean: WORST_MANTISSA, mantissaMedian: WORST_MANTISSA }
  const sum = differences.reduce((total, difference) => total + difference, 0)
  const middle = Math.floor((differences.length - 1) / 2)
  return {
    mantissaMean: sum / differences.length,
    mantissaMedian: differences.toSorted((a, b) => a - b)[middle] as number,
  }
}
