import { taggedHash, u32 } from '../protocol/hash.ts'
import type { Sampler } from '../protocol/sampling/sampler.ts'

/** A question of a calibration: what two devices are both asked. */
export interface StandardPrompt {
  text: string
  sampler: Sampler
  /** Stop tokens do not count: drift is measured, not stories. */
  maxTokens: number
  /** 32 bytes. */
  seed: Uint8Array
}

const OPENINGS: readonly string[] = [
  'Once upon a time there was a little mill by the river',
  'The old lighthouse keeper had a secret that nobody knew',
  'Every morning, before the village woke, Anna walked down to the sea',
  'A fox and a crow met at the edge of the forest',
  'There was once a clockmaker whose clocks ran backwards',
  'In the garden behind the school grew a tree that could sing',
  'Tom found a small blue stone on the beach and put it in his pocket',
  'The king had three daughters, and the youngest was the bravest of them',
  'When the snow began to fall, the bear was still awake',
  'Lily had a red ball that she loved more than anything',
  'On the hill lived an owl who knew the answer to every question',
  'One day a boat came down the river with nobody in it',
  'What is the capital of France? Answer in one word.',
  'Write a list of five things to take on a journey, and say why.',
  '2, 4, 8, 16,',
  'function add(a, b) {',
]

const PARAGRAPH =
  'In the middle of the dark wood stood a mill that nobody had used for a hundred years, and in the mill lived an owl, two mice and a ' +
  'very old cat, who had long ago agreed among themselves that none of them would eat another. Every evening they sat at the great ' +
  'stone and told each other what they had seen that day. '

const SAMPLERS: readonly Sampler[] = [
  { temperatureMilli: 800, topK: 40, topPMilli: 950 },
  { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
  { temperatureMilli: 1_000, topK: 64, topPMilli: 1_000 },
  { temperatureMilli: 600, topK: 20, topPMilli: 900 },
]

/** Tokens of an answer: whole segments, and last ones of 16, 9 and 1 token. */
const LENGTHS: readonly number[] = [96, 80, 41, 33, 128]

/** How often the paragraph stands before the opening: prompts of some 15, 80 and 220 tokens. */
const PARAGRAPHS: readonly number[] = [0, 0, 1, 0, 3]

/**
 * Question `index` of the standard ones, of which there are as many as anybody likes: openings, lengths and samplers take turns of
 * different lengths, so that each meets each, and every question has a seed of its own.
 */
export function standardPrompt(index: number): StandardPrompt {
  const round = Math.floor(index / OPENINGS.length)
  const opening = OPENINGS[index % OPENINGS.length] as string
  const before = round === 0 ? '' : `${OPENINGS[(index + round) % OPENINGS.length] as string}. `
  return {
    text: PARAGRAPH.repeat(at(PARAGRAPHS, index)) + before + opening,
    sampler: at(SAMPLERS, index + round),
    maxTokens: at(LENGTHS, index),
    seed: taggedHash('calibration-seed', u32(index)),
  }
}

/** The first `count` of them: 16 give each device about a minute of work on one processor thread. */
export function standardPrompts(count: number): StandardPrompt[] {
  return Array.from({ length: count }, (_, index) => standardPrompt(index))
}

function at<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T
}
