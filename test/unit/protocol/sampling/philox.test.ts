import { expect, test } from 'vitest'
import { philox4x32, type U32x2, type U32x4 } from '../../../../src/protocol/sampling/philox.ts'

/** Known answers that Random123 publishes for philox4x32 with 10 rounds. */
const KNOWN_ANSWERS: { counter: U32x4; key: U32x2; words: U32x4 }[] = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
]

test.each(KNOWN_ANSWERS)('philox4x32-10 gives the published words for counter $counter', ({ counter, key, words }) => {
  expect(philox4x32(counter, key)).toEqual(words)
})

test('neighbouring counters share no word', () => {
  const words = Array.from({ length: 256 }, (_, i) => philox4x32([i, 7, 0, 0], [1, 2])).flat()
  expect(new Set(words).size).toBe(words.length)
})
