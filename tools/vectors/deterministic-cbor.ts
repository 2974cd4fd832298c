type Value = number | string | boolean | null | Uint8Array | readonly Value[] | { readonly [key: string]: Value }

/** RFC 8949 §4.2.1 for the few kinds of value that Locus has; written apart from the library that the protocol uses, to check it. */
export function deterministicCbor(value: Value): Uint8Array {
  if (value === false) return Uint8Array.of(0xf4)
  if (value === true) return Uint8Array.of(0xf5)
  if (value === null) return Uint8Array.of(0xf6)
  if (typeof value === 'number') return head(0, value)
  if (typeof value === 'string') return join(head(3, Buffer.byteLength(value)), Buffer.from(value))
  if (value instanceof Uint8Array) return join(head(2, value.length), value)
  if (isList(value)) return join(head(4, value.length), ...value.map(deterministicCbor))
  const entries = Object.entries(value).map(([key, item]) => [deterministicCbor(key), deterministicCbor(item)] as const)
  entries.sort(([a], [b]) => Buffer.compare(a, b))
  return join(head(5, entries.length), ...entries.flat())
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** Major type and argument, in the fewest bytes. */
function head(majorType: number, argument: number): Uint8Array {
  const top = majorType << 5
  if (!Number.isSafeInteger(argument) || argument < 0) throw new RangeError(`${argument} is no argument of a head`)
  if (argument < 24) return Uint8Array.of(top | argument)
  const width = [1, 2, 4, 8].find((bytes) => argument < 2 ** (8 * bytes)) ?? 8
  const bytes = Buffer.alloc(9)
  bytes.writeBigUInt64BE(BigInt(argument), 1)
  const info = 24 + Math.log2(width)
  return join(Uint8Array.of(top | info), bytes.subarray(9 - width))
}

function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
