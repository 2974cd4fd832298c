/** What is measured, the same in Node and in every browser: only the engine behind it differs. */
import type { CheckOptions, Engine, EngineInfo, GenerateOptions, LoadOptions } from '../../src/participant/ports.ts'
import { bytesToHex, concatBytes, sha256 } from '../../src/protocol/hash.ts'
import type { Sampler } from '../../src/protocol/sampling/sampler.ts'
import { GREEDY } from '../greedy.ts'

export interface ExactnessCase {
  name: string
  promptTokens: number
  tokens: number
  /** Rows whose segment hash one prefill repeats. */
  rowsEqual: number
  tokensMatched: number
}

export interface ExactnessResult {
  cases: ExactnessCase[]
  tokens: number
  rowsEqual: number
  /** Hex SHA-256 over the SHA-256 of the rows of every segment of every case, in order. */
  digest: string
  info: EngineInfo
}

export type PromptName = 'short' | 'medium' | 'long'

export interface Job {
  kind: 'exactness'
  provider: LoadOptions['provider']
  maxTokens: number
  prompts: PromptName[]
  /** Each sampled with so many seeds. */
  seeds: number
}

const seedOf = (index: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => i + 1 + index)
const SAMPLED: Sampler = { temperatureMilli: 800, topK: 40, topPMilli: 950 }

const TALE =
  'In the middle of the dark wood stood a mill that nobody had used for a hundred years, and in the mill lived an owl, two mice and a ' +
  'very old cat, who had long ago agreed among themselves that none of them would eat another. Every evening they sat at the great ' +
  'stone and told each other what they had seen that day. '
const PROMPTS: Record<PromptName, string> = { short: 'Once upon a time', medium: TALE, long: TALE.repeat(4) }

/** To the end of the context, or to `maxTokens`; stop tokens are ignored, or a story would end too soon. */
async function runExactness(
  engine: Engine,
  info: EngineInfo,
  job: Omit<Job, 'kind' | 'provider'>,
): Promise<ExactnessResult> {
  const cases: ExactnessCase[] = []
  const hashes: Uint8Array[] = []
  for (const name of job.prompts) {
    const promptIds = await engine.encodePrompt(PROMPTS[name])
    // A greedy answer has no seed.
    const sampled = Array.from({ length: job.seeds }, (_, i) => ({
      kind: `sampled ${i + 1}`,
      sampler: SAMPLED,
      seed: seedOf(i),
    }))
    for (const { kind, ...asked } of [{ kind: 'greedy', sampler: GREEDY, seed: seedOf(0) }, ...sampled]) {
      const claim = await answer(engine, info, { promptIds, ...asked, maxTokens: job.maxTokens })
      const report = await engine.check(claim)
      const rowsEqual = report.segments
        .map(({ rowsEqual: equal }, i) => (equal ? Math.min(32, claim.outputIds.length - 32 * i) : 0))
        .reduce((sum, rows) => sum + rows, 0)
      hashes.push(...claim.rowsHashes)
      const { tokens, tokensMatched } = report
      cases.push({ name: `${name}, ${kind}`, promptTokens: promptIds.length, tokens, rowsEqual, tokensMatched })
    }
  }
  const total = (field: 'tokens' | 'rowsEqual') => cases.reduce((sum, c) => sum + c[field], 0)
  const digest = bytesToHex(sha256(concatBytes(...hashes)))
  return { cases, tokens: total('tokens'), rowsEqual: total('rowsEqual'), digest, info }
}

/** Loads model and tokenizer, then does the job. */
export async function runJob(engine: Engine, model: Omit<LoadOptions, 'provider'>, job: Job): Promise<ExactnessResult> {
  const info = await engine.load({ ...model, provider: job.provider })
  return runExactness(engine, info, job)
}

async function answer(
  engine: Engine,
  info: EngineInfo,
  asked: Pick<GenerateOptions, 'promptIds' | 'sampler' | 'seed' | 'maxTokens'>,
): Promise<CheckOptions> {
  const claim: CheckOptions = {
    ...asked,
    outputIds: [],
    rowsHashes: [],
    commitments: [],
    probes: [],
    cell: info.cell,
  }
  const options = { ...asked, resumedIds: [], stopIds: [] }
  for await (const event of engine.generate(options, new AbortController().signal)) {
    if (event.type !== 'segment') continue
    claim.outputIds.push(...event.ids)
    claim.rowsHashes.push(event.rowsHash)
    claim.commitments.push(event.commitment)
  }
  return claim
}
