import { concatBytes, taggedHash, u32 } from '../../src/protocol/hash.ts'
import type { Sampler } from '../../src/protocol/sampling/sampler.ts'
import { GREEDY } from '../greedy.ts'
import type { Asked } from './crash-page.ts'
import type { CrashRound } from './crash-round.ts'

const SAMPLED: Sampler = { temperatureMilli: 800, topK: 40, topPMilli: 950 }
const REQUESTS = 4
const MAX_TOKENS = 96
const PROMPT_TOKENS = 12
const VOCABULARY = 192

/** Chromium offers no graphics card any more after its second or third crash, and the breaker asks for none. */
const CRASHES_PER_BROWSER = 2

/** Numbers that depend on nothing but their names. */
function number(below: number, ...names: number[]): number {
  const digest = taggedHash('crash-rounds', concatBytes(...names.map(u32)))
  return new DataView(digest.buffer).getUint32(0) % below
}

function asked(seed: number, round: number, request: number): Asked {
  return {
    promptIds: Array.from({ length: PROMPT_TOKENS }, (_, i) => number(VOCABULARY, seed, round, request, i)),
    maxTokens: MAX_TOKENS,
    sampler: request % 2 === 0 ? GREEDY : SAMPLED,
    seed: [...taggedHash('crash-rounds', concatBytes(u32(seed), u32(round), u32(request)))],
  }
}

/** `crashes` in all, over as many browsers as they need; the same seed gives the same. */
export function randomRounds(seed: number, crashes: number): CrashRound[] {
  return Array.from({ length: Math.ceil(crashes / CRASHES_PER_BROWSER) }, (_, round) => ({
    asked: Array.from({ length: REQUESTS }, (_request, request) => asked(seed, round, request)),
    afterTokens: Array.from(
      { length: Math.min(CRASHES_PER_BROWSER, crashes - round * CRASHES_PER_BROWSER) },
      // All crashes of a round fall within its answers, the last one's repeated tokens not counted.
      (_crash, crash) => 1 + number((REQUESTS * MAX_TOKENS) / (CRASHES_PER_BROWSER + 1), seed, round, 1_000 + crash),
    ),
  }))
}
