/** Openings of stories, one per block, so that no result is one text's. */
export const OPENINGS: readonly string[] = [
  'Once upon a time there was a little mill by the river',
  'The old lighthouse keeper had a secret that',
  'Every morning, before the village woke, Anna walked',
  'A fox and a crow met at the edge of the forest',
  'There was once a clockmaker whose clocks',
  'In the garden behind the school grew a tree that',
  'Tom found a small blue stone on the beach and',
  'The king had three daughters, and the youngest',
  'When the snow began to fall, the bear',
  'Lily had a red ball that she loved',
  'On the hill lived an owl who knew',
  'One day a boat came down the river with nobody',
]

/** Requests that no other block makes: each opening, then each after every other. */
export function openingsFrom(encode: (text: string) => number[], maxTokens: number) {
  return (block: number, count: number): { promptIds: number[]; maxTokens: number }[] =>
    Array.from({ length: count }, (_, index) => {
      const at = block * count + index
      const first = OPENINGS[at % OPENINGS.length] ?? ''
      const before = OPENINGS[(at + Math.floor(at / OPENINGS.length)) % OPENINGS.length] ?? ''
      return { promptIds: encode(at < OPENINGS.length ? first : `${before}. ${first}`), maxTokens }
    })
}
