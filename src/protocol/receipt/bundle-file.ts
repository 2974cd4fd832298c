import * as v from 'valibot'
import { CodedError } from '../errors.ts'
import { bytesToHex, hexToBytes } from '../hash.ts'
import { MAX_BUNDLE_BYTES } from '../limits.ts'
import { type Bundle, BundleSchema } from './bundle.ts'

/** Marks a string of the JSON file as bytes: hex after this prefix, as in EIP-712 tools. */
const HEX_PREFIX = '0x'

/**
 * Words of strangers are text whatever they look like: some drivers call their vendor `0x10de`, and a verifier that called its peer so would
 * make a requester's own file unreadable.
 */
const TEXT_FIELDS: ReadonlySet<string> = new Set([
  'vendor',
  'architecture',
  'browser',
  'ortVersion',
  'peerId',
  'reason',
])

/** The evidence bundle as the text of a JSON file that a person can open and read. */
export function bundleToJson(bundle: Bundle): string {
  const readable = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? HEX_PREFIX + bytesToHex(value) : value
  return `${JSON.stringify(bundle, readable, 2)}\n`
}

/** A file somebody dropped on the page. Errors: `receipt/malformed`. */
export function bundleFromJson(text: string): Bundle {
  if (text.length > MAX_BUNDLE_BYTES) throw malformed('The file is larger than any evidence bundle.')
  let raw: unknown
  try {
    raw = JSON.parse(text, (key, value: unknown) =>
      typeof value === 'string' && !TEXT_FIELDS.has(key) && /^0x([0-9a-f]{2})*$/.test(value)
        ? hexToBytes(value.slice(HEX_PREFIX.length))
        : value,
    )
  } catch {
    throw malformed('The file is not JSON.')
  }
  const parsed = v.safeParse(BundleSchema, raw)
  if (!parsed.success) throw malformed('The file is JSON, but not an evidence bundle of this version.')
  return parsed.output
}

function malformed(message: string): CodedError {
  const nextStep = 'Choose a file that was saved with "Download evidence" and has not been edited.'
  return new CodedError({ code: 'receipt/malformed', message, nextStep })
}
