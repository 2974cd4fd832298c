const HEAD = 4
const TAIL = 4

/** Enough of an id to tell two apart by eye; the whole one is always a copy away. */
export function shortId(id: string): string {
  return id.length <= HEAD + TAIL + 1 ? id : `${id.slice(0, HEAD)}…${id.slice(-TAIL)}`
}
