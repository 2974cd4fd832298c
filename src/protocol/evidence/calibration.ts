import * as v from 'valibot'
import { taggedHash } from '../hash.ts'
import { MAX_CLOCK_SKEW_MS } from '../limits.ts'
import { isSignedBy } from '../receipt/signature.ts'
import { decodeCbor, encodeCbor } from '../wire/codec.ts'
import { Bytes64, UnixMs } from '../wire/schemas.ts'
import { ACCEPT, ignore, type MessageVerdict, reject } from '../wire/verdict.ts'
import { CalibrationStatisticsSchema } from './calibration-statistics.ts'
import { CellClassSchema } from './cell-class.ts'

/** One signed calibration: 1,100 to 1,400 bytes when honest. */
export const MAX_CALIBRATION_BYTES = 4_096

/**
 * What one participant measured between two honest devices. The pair is ordered: the provider's rows come from decode, the checker's
 * from prefill, and they drift because those use different kernels.
 */
export const CalibrationSchema = v.strictObject({
  version: v.literal(1),
  provider: CellClassSchema,
  checker: CellClassSchema,
  statistics: CalibrationStatisticsSchema,
  /** The session key that signs. Who publishes is a claim like any other: a table is made of calibrations that its maker believes. */
  measuredBy: Bytes64,
  issuedAt: UnixMs,
})

export type Calibration = v.InferOutput<typeof CalibrationSchema>

export const SignedCalibrationSchema = v.strictObject({ calibration: CalibrationSchema, signature: Bytes64 })

export type SignedCalibration = v.InferOutput<typeof SignedCalibrationSchema>

export function calibrationDigest(calibration: Calibration): Uint8Array {
  return taggedHash('calibration', encodeCbor(calibration))
}

/** @internal The bytes that `judgeCalibration` reads. */
export function encodeCalibration(signed: SignedCalibration): Uint8Array {
  return encodeCbor(signed)
}

/**
 * A stranger's calibration: its verdict, and the calibration if it may be used.
 *
 * @internal For whoever is handed one that somebody published; nobody collects them by itself yet.
 */
export function judgeCalibration(
  bytes: Uint8Array,
  nowMs: number,
): { verdict: MessageVerdict; calibration: Calibration | null } {
  // REJECT a calibration that is oversized, not canonical CBOR, or not of the schema.
  const decoded = decodeCbor(bytes, SignedCalibrationSchema, MAX_CALIBRATION_BYTES)
  if (!decoded.ok) return { verdict: reject(`calibration/${decoded.code}`), calibration: null }
  const { calibration, signature } = decoded.value
  // REJECT a comparison of two models: what it calls honest drift is another model's answer.
  if (calibration.provider.modelRoot !== calibration.checker.modelRoot) {
    return { verdict: reject('calibration/two-models'), calibration: null }
  }
  // IGNORE a calibration from the future: a clock may be wrong.
  if (calibration.issuedAt > nowMs + MAX_CLOCK_SKEW_MS) {
    return { verdict: ignore('calibration/early'), calibration: null }
  }
  // REJECT a calibration that its key did not sign.
  if (!isSignedBy(calibration.measuredBy, calibrationDigest(calibration), signature)) {
    return { verdict: reject('calibration/signature'), calibration: null }
  }
  return { verdict: ACCEPT, calibration }
}
