import { concatBytes, taggedHash, u32 } from '../../src/protocol/hash.ts'
import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import type { Role } from './paid-page.ts'

const MIN_PROMPT_TOKENS = 8
const MAX_PROMPT_TOKENS = 128
/** One to four segments, the last one seldom full. */
const MIN_OUTPUT_TOKENS = 20
const MAX_OUTPUT_TOKENS = 128
/** As long as a page takes to write a segment. */
const MAX_DELAY_MS = 140
/** Request, accept, reveal and the prompt's voucher; after the receipt it is over. */
const STEPS_BEFORE = 4
const VOCABULARY = 999

/** One job, and when the page that does it is killed. */
export interface PaidRound {
  number: number
  killed: Role
  promptIds: number[]
  maxTokens: number
  /** After so many messages… */
  afterSteps: number
  /** …and so long. */
  delayMs: number
}

/** The same seed gives the same; the two sides take turns. */
export function randomRounds(seed: number, kills: number): PaidRound[] {
  return Array.from({ length: kills }, (_, round) => {
    const among = (from: number, to: number, ...names: number[]) => from + number(to - from + 1, seed, round, ...names)
    const maxTokens = among(MIN_OUTPUT_TOKENS, MAX_OUTPUT_TOKENS, 0)
    const steps = STEPS_BEFORE + 2 * Math.ceil(maxTokens / SEGMENT_TOKENS)
    return {
      number: round,
      killed: round % 2 === 0 ? 'provider' : 'requester',
      promptIds: Array.from({ length: among(MIN_PROMPT_TOKENS, MAX_PROMPT_TOKENS, 1) }, (_id, i) =>
        among(1, VOCABULARY, 2, i),
      ),
      maxTokens,
      afterSteps: among(0, steps, 3),
      // Most of them soon after a message, when it is being written down.
      delayMs: Math.floor(MAX_DELAY_MS * (among(0, 1_000, 4) / 1_000) ** 3),
    }
  })
}

/** Numbers that depend on nothing but their names. */
function number(below: number, ...names: number[]): number {
  const digest = taggedHash('paid-crash-rounds', concatBytes(...names.map(u32)))
  return new DataView(digest.buffer).getUint32(0) % below
}
