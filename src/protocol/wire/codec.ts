import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import * as v from 'valibot'

/** Deterministic CBOR (RFC 8949 §4.2.1): one value, one encoding, so that hashes of messages are hashes of values. */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value, rfc8949EncodeOptions)
}

export type Decoded<T> =
  | { ok: true; value: T }
  | { ok: false; code: 'too-large' | 'not-cbor' | 'schema' | 'not-canonical' }

/**
 * Remote bytes in the fixed order: cap, decode, strict schema (architecture.md, house rule 4). Meaning and signature are the caller's.
 * Bytes that are not the deterministic encoding of their value are refused, or one message could have two hashes.
 */
export function decodeCbor<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>, maxBytes: number): Decoded<T> {
  if (bytes.length > maxBytes) return { ok: false, code: 'too-large' }
  let raw: unknown
  try {
    raw = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    })
  } catch {
    return { ok: false, code: 'not-cbor' }
  }
  const parsed = v.safeParse(schema, raw)
  if (!parsed.success) return { ok: false, code: 'schema' }
  const canonical = encodeCbor(parsed.output)
  if (canonical.length !== bytes.length || canonical.some((byte, i) => byte !== bytes[i])) {
    return { ok: false, code: 'not-canonical' }
  }
  return { ok: true, value: parsed.output }
}
