const BYTES = /^0x([0-9a-f]{2})*$/

/** What a vector file holds for `T`: bytes as `0x…`, everything else as it is. */
export type HexJson<T> = T extends Uint8Array ? string : T extends object ? { [K in keyof T]: HexJson<T[K]> } : T

export function toHexJson<T>(value: T): HexJson<T> {
  return mapLeaves(value, (leaf) =>
    leaf instanceof Uint8Array ? `0x${Buffer.from(leaf).toString('hex')}` : leaf,
  ) as HexJson<T>
}

/** The caller says what the file holds: vectors are our own, but the tests that read them check them through the schemas. */
export function fromHexJson(value: unknown): unknown {
  return mapLeaves(value, (leaf) =>
    typeof leaf === 'string' && BYTES.test(leaf) ? new Uint8Array(Buffer.from(leaf.slice(2), 'hex')) : leaf,
  )
}

function mapLeaves(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return change(value)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapLeaves(item, change)]))
}
