import type { CheckOptions, Engine } from '../../src/participant/ports.ts'
import type { Sampler } from '../../src/protocol/sampling/sampler.ts'
import { createRandomWords } from '../fixtures/random.ts'
import { GREEDY } from '../greedy.ts'

const SAMPLED: Sampler = { temperatureMilli: 900, topK: 40, topPMilli: 950 }
const never = new AbortController().signal

export interface RowCount {
  /** Answers that were written together. */
  atOnce: number
  answers: number
  rows: number
  /** Rows of segments whose hash the checker's prefill gives again. */
  equal: number
  /** Tokens that the rule chooses again. */
  matched: number
}

/** Answers to random ids, of random lengths, until there are `rows` of them; each is checked by an engine that did not write it. */
export async function compareRows(
  provider: Engine,
  checker: Engine,
  { atOnce, rows }: { atOnce: number; rows: number },
): Promise<RowCount> {
  const random = createRandomWords(`bits ${atOnce}`)
  const count: RowCount = { atOnce, answers: 0, rows: 0, equal: 0, matched: 0 }
  const next = async (): Promise<void> => {
    while (count.rows < rows) {
      const claim = await answer(provider, random.next())
      const report = await checker.check(claim, never)
      count.answers += 1
      count.rows += report.tokens
      count.matched += report.tokensMatched
      for (const { rowsEqual, tokens } of report.segments) if (rowsEqual) count.equal += tokens
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  return count
}

async function answer(engine: Engine, word: number): Promise<CheckOptions> {
  const { info } = engine
  if (info === null) throw new Error('no model is loaded')
  const random = createRandomWords(`answer ${word}`)
  const below = (limit: number) => random.next() % limit
  const promptIds = Array.from({ length: 1 + below(info.contextTokens / 2) }, () => below(info.vocabularySize))
  const seed = Uint8Array.from({ length: 32 }, () => below(256))
  const asked = { promptIds, seed, sampler: below(4) === 0 ? GREEDY : SAMPLED }
  const claim: CheckOptions = { ...asked, outputIds: [], rowsHashes: [], commitments: [], probes: [], cell: info.cell }
  const maxTokens = 1 + below(info.contextTokens - promptIds.length)
  for await (const event of engine.generate({ ...asked, maxTokens, resumedIds: [], stopIds: [] }, never)) {
    if (event.type !== 'segment') continue
    claim.outputIds.push(...event.ids)
    claim.rowsHashes.push(event.rowsHash)
    claim.commitments.push(event.commitment)
  }
  return claim
}
