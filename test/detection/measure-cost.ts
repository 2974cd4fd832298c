import { answerPrompt } from '../../src/participant/calibrate.ts'
import type { CheckOptions, Engine } from '../../src/participant/ports.ts'
import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import { evidenceCost } from '../../tools/bench/arms/evidence-cost.ts'
import { openModelFolder } from '../../tools/bench/node-runtime.ts'
import { openNodeCell } from '../../tools/calibrate/cells.ts'
import { never } from './checked-answer.ts'
import { spreadOf } from './detection.ts'

/** Tokens of an answer whose check is timed. */
const TOKENS = 256

export interface CheckCost {
  cell: string
  tokens: number
  /** Medians of processor time. */
  generateMs: number
  checkMs: number
  /** Of checks that end with the answer's half, and with its first segment. */
  halfMs: number
  firstSegmentMs: number
  /** Of hashing and committing to the rows of such an answer and chaining its segments; and of signing these and its receipt. */
  evidenceMs: number
  signingMs: number
}

/** Answers without a model whose evidence is timed, and as many before them: a device that serves has its code compiled. */
const REPETITIONS = 200

const LENGTHS = { checkMs: TOKENS, halfMs: TOKENS / 2, firstSegmentMs: 32 } as const

/** What a check costs of the job: one after another, by an engine that has not seen the prompt. */
export async function measureCost(
  prompts: readonly StandardPrompt[],
  say: (what: string) => void,
): Promise<CheckCost[]> {
  const model = await openModelFolder()
  const costs: CheckCost[] = []
  for (const [cell, expand] of [
    ['WASM, 1 thread, q4-f32', true],
    ['WASM, 1 thread, q4', false],
  ] as const) {
    say(`what a check costs: ${cell}`)
    const provider = await openNodeCell({ threads: 1, expand }, model)
    const checker = await openNodeCell({ threads: 1, expand }, model)
    costs.push(await costOf(cell, provider, checker, prompts))
    await provider.stop()
    await checker.stop()
  }
  return costs
}

/** Each prompt is checked once, whole or in part by turns: a checker that knew the prompt would be quicker. */
async function costOf(
  cell: string,
  provider: Engine,
  checker: Engine,
  prompts: readonly StandardPrompt[],
): Promise<CheckCost> {
  const generateMs: number[] = []
  const checks = { checkMs: [] as number[], halfMs: [] as number[], firstSegmentMs: [] as number[] }
  const turns = Object.keys(checks) as (keyof typeof checks)[]
  for (const [i, prompt] of prompts.entries()) {
    let before = process.cpuUsage()
    const claim = await answerPrompt(provider, { ...prompt, maxTokens: TOKENS }, never)
    generateMs.push(cpuMsSince(before))
    const turn = turns[i % turns.length] ?? 'checkMs'
    before = process.cpuUsage()
    await checker.check(firstTokens(claim, LENGTHS[turn]), never)
    checks[turn].push(cpuMsSince(before))
  }
  const median = (values: readonly number[]) => spreadOf(values).median
  return {
    cell,
    tokens: TOKENS,
    generateMs: median(generateMs),
    checkMs: median(checks.checkMs),
    halfMs: median(checks.halfMs),
    firstSegmentMs: median(checks.firstSegmentMs),
    ...(await evidenceOf(provider.info?.hiddenSize ?? 0)),
  }
}

/** As the app computes it, without the model. */
async function evidenceOf(hiddenSize: number): Promise<Pick<CheckCost, 'evidenceMs' | 'signingMs'>> {
  const job = { kind: 'evidence', hiddenSize, tokens: TOKENS, repetitions: REPETITIONS } as const
  await evidenceCost(job)
  const { hashMs, signMs } = await evidenceCost(job)
  return { evidenceMs: spreadOf(hashMs).median, signingMs: spreadOf(signMs).median }
}

/** Processor time of this process, its threads among it: what else the machine does costs nothing. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** The same answer, had it ended earlier. */
function firstTokens(claim: CheckOptions, tokens: number): CheckOptions {
  return { ...claim, outputIds: claim.outputIds.slice(0, tokens) }
}
