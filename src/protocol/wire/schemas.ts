import * as v from 'valibot'
import { MAX_TOKEN_ID } from '../limits.ts'

/** Exactly `length` raw bytes. */
export function bytesOf(length: number): v.GenericSchema<Uint8Array, Uint8Array> {
  return v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === length, `expected ${length} bytes`),
  )
}

export const Bytes32 = bytesOf(32)
/** Raw x ++ y of a P-256 key, or r ++ s of its signature. */
export const Bytes64 = bytesOf(64)

/** Lower-case hex of 32 bytes, no prefix: roots and digests where a person may read them. */
export const Hex32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

export const TokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_TOKEN_ID))

export function tokenIds(maxLength: number): v.GenericSchema<number[], number[]> {
  return v.pipe(v.array(TokenId), v.maxLength(maxLength))
}

/** Unix milliseconds, from 2020 to 2100: anything else is a unit mistake. */
export const UnixMs = v.pipe(v.number(), v.integer(), v.minValue(1_577_836_800_000), v.maxValue(4_102_444_800_000))

export function shortText(maxLength: number): v.GenericSchema<string, string> {
  return v.pipe(v.string(), v.maxLength(maxLength))
}

/** Text of a stranger that a person will see: printable ASCII, so that no invisible character makes two cells look like one. */
export function printableText(maxLength: number): v.GenericSchema<string, string> {
  return v.pipe(v.string(), v.maxLength(maxLength), v.regex(/^[ -~]*$/))
}

/** A whole number from 0 to `max`, both included. */
export function count(max: number): v.GenericSchema<number, number> {
  return v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max))
}
