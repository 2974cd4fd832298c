/** What is measured, the same in Node and in every browser: only the engine behind it differs. */
import type { CheckOptions, Engine, EngineInfo, GenerateOptions, LoadOptions } from '../../src/participant/ports.ts'
import { bytesToHex, concatBytes, sha256 } from '../../src/protocol/hash.ts'
import type { Sampler } from '../../src/protocol/sampling/sampler.ts'
import { GREEDY } from '../greedy.ts'

export type Provider = LoadOptions['provider']

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

export interface SpeedResult {
  info: EngineInfo
  loadMs: number
  promptTokens: number
  outputTokens: number
  /** Median of the repetitions. */
  firstTokenMs: number
  tokensPerSecond: number
  checkMs: number
  /** Generating, prompt included, takes so many times as long as checking. */
  generateOverCheck: number
}

export type PromptName = 'short' | 'medium' | 'long'

export type Job =
  | { kind: 'exactness'; provider: Provider; maxTokens: number; prompts: PromptName[] }
  | { kind: 'speed'; provider: Provider; maxTokens: number; repetitions: number }

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const SAMPLED: Sampler = { temperatureMilli: 800, topK: 40, topPMilli: 950 }

const TALE =
  'In the middle of the dark wood stood a mill that nobody had used for a hundred years, and in the mill lived an owl, two mice and a ' +
  'very old cat, who had long ago agreed among themselves that none of them would eat another. Every evening they sat at the great ' +
  'stone and told each other what they had seen that day. '
const PROMPTS: Record<PromptName, string> = { short: 'Once upon a time', medium: TALE, long: TALE.repeat(4) }

/** To the end of the context, or to `maxTokens`; stop tokens are ignored, or a story would end too soon. */
export async function runExactness(
  engine: Engine,
  info: EngineInfo,
  job: { maxTokens: number; prompts: PromptName[] },
): Promise<ExactnessResult> {
  const cases: ExactnessCase[] = []
  const hashes: Uint8Array[] = []
  for (const name of job.prompts) {
    const promptIds = await engine.encodePrompt(PROMPTS[name])
    for (const [kind, sampler] of Object.entries({ greedy: GREEDY, sampled: SAMPLED })) {
      const { claim } = await answer(engine, info, { promptIds, sampler, maxTokens: job.maxTokens })
      const report = await engine.check(claim)
      const rowsEqual = report.segmentsEqual
        .map((equal, i) => (equal ? Math.min(32, claim.outputIds.length - 32 * i) : 0))
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

export async function runSpeed(
  engine: Engine,
  info: EngineInfo,
  loadMs: number,
  job: { maxTokens: number; repetitions: number },
): Promise<SpeedResult> {
  const promptIds = (await engine.encodePrompt(TALE)).slice(0, 64)
  const runs: { firstTokenMs: number; tokensPerSecond: number; checkMs: number; ratio: number }[] = []
  let outputTokens = 0
  for (let i = 0; i < job.repetitions; i++) {
    const { claim, firstTokenMs, elapsedMs } = await answer(engine, info, {
      promptIds,
      sampler: SAMPLED,
      maxTokens: job.maxTokens,
    })
    const { elapsedMs: checkMs } = await engine.check(claim)
    outputTokens = claim.outputIds.length
    const tokensPerSecond = ((outputTokens - 1) * 1_000) / (elapsedMs - firstTokenMs)
    runs.push({ firstTokenMs, tokensPerSecond, checkMs, ratio: elapsedMs / checkMs })
  }
  return {
    info,
    loadMs,
    promptTokens: promptIds.length,
    outputTokens,
    firstTokenMs: median(runs.map((run) => run.firstTokenMs)),
    tokensPerSecond: median(runs.map((run) => run.tokensPerSecond)),
    checkMs: median(runs.map((run) => run.checkMs)),
    generateOverCheck: median(runs.map((run) => run.ratio)),
  }
}

/** Loads model and tokenizer, then does the job. */
export async function runJob(
  engine: Engine,
  model: Omit<LoadOptions, 'provider'>,
  job: Job,
): Promise<ExactnessResult | SpeedResult> {
  const startedMs = performance.now()
  const info = await engine.load({ ...model, provider: job.provider })
  const loadMs = performance.now() - startedMs
  return job.kind === 'exactness' ? runExactness(engine, info, job) : runSpeed(engine, info, loadMs, job)
}

async function answer(
  engine: Engine,
  info: EngineInfo,
  asked: Pick<GenerateOptions, 'promptIds' | 'sampler' | 'maxTokens'>,
) {
  const startedMs = performance.now()
  let firstTokenMs = 0
  const claim: CheckOptions = { ...asked, seed: SEED, outputIds: [], rowsHashes: [], cell: info.cell }
  const options = { ...asked, seed: SEED, resumedIds: [], stopIds: [] }
  for await (const event of engine.generate(options, new AbortController().signal)) {
    if (event.type === 'tokens' && event.position === 0) firstTokenMs = performance.now() - startedMs
    if (event.type !== 'segment') continue
    claim.outputIds.push(...event.ids)
    claim.rowsHashes.push(event.rowsHash)
  }
  return { claim, firstTokenMs, elapsedMs: performance.now() - startedMs }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
