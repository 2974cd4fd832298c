import { type Interval, median, medianInterval, quantile } from './bootstrap.ts'
import { groupBy } from './group-by.ts'

/** One arm's turn in one block: every answer it gave, and when. */
export interface ArmTurn {
  arm: string
  block: number
  answers: TimedAnswer[]
}

/** Processor time that the tokens after the first of a turn took. */
export interface DecodeCpu {
  tokens: number
  workersMs: number
  processMs: number
}

export interface TimedAnswer {
  ids: number[]
  /** When each token was there, in milliseconds since the turn began. */
  arrivalsMs: number[]
  /** Null where it cannot be read. */
  cpu: DecodeCpu | null
}

export interface ArmSummary {
  arm: string
  /** Blocks that count: past the warm-up and token-identical to the reference. */
  blocks: number
  /** Blocks whose tokens differed from the reference's: they say nothing about speed. */
  voidBlocks: number
  /** All answers together. */
  tokensPerSecond: Interval | null
  firstTokenMs: number
  /** 95 % of the waits between two tokens of one answer are shorter. */
  gapP95Ms: number
  workerMsPerToken: number | null
  processMsPerToken: number | null
  /** Of tokens per second, block by block, to the reference's; over one is faster. */
  ratio: Interval | null
  /** Of the worker's processor time per token, block by block; under one is less. */
  workerRatio: Interval | null
  processRatio: Interval | null
}

export interface CompareOptions {
  reference: string
  /** `decode`: tokens after the first, by the time since the first. `whole`: all tokens, prompts read included. */
  rate: 'decode' | 'whole'
  /** First blocks that are thrown away. */
  warmUpBlocks: number
}

/** A turn that counts, beside the reference's in the same block. */
export interface TurnPair {
  turn: ArmTurn
  reference: ArmTurn
}

export function compareArms(turns: readonly ArmTurn[], options: CompareOptions): ArmSummary[] {
  return [...pairTurns(turns, options)].map(([arm, { pairs, voidBlocks }]) =>
    summaryOf(arm, pairs, voidBlocks, options.rate),
  )
}

/**
 * By arm, in the order of their first turns: the turns past the warm-up that are token-identical to the reference's.
 * @throws Error when the reference has no turn.
 */
export function pairTurns(
  turns: readonly ArmTurn[],
  { reference, warmUpBlocks }: Omit<CompareOptions, 'rate'>,
): Map<string, { pairs: TurnPair[]; voidBlocks: number }> {
  const references = new Map(turns.filter((turn) => turn.arm === reference).map((turn) => [turn.block, turn]))
  if (references.size === 0) throw new Error(`the reference ${reference} never ran`)
  const byArm = groupBy(turns, ({ arm }) => arm)
  return new Map(
    [...byArm].map(([arm, all]) => {
      const counted = all.filter(({ block }) => block >= warmUpBlocks)
      const pairs = counted.flatMap((turn) => {
        const other = references.get(turn.block)
        return other !== undefined && sameTokens(turn, other) ? [{ turn, reference: other }] : []
      })
      return [arm, { pairs, voidBlocks: counted.length - pairs.length }] as const
    }),
  )
}

/** Wait before each token but the first, of every answer. */
export function gapsOf(turn: ArmTurn): number[] {
  return turn.answers.flatMap(({ arrivalsMs }) => arrivalsMs.slice(1).map((at, i) => at - (arrivalsMs[i] ?? at)))
}

/** All answers of the turn together. */
export function tokensPerSecondOf(turn: ArmTurn, rate: CompareOptions['rate']): number {
  const arrivals = turn.answers.flatMap(({ arrivalsMs }) => arrivalsMs)
  const lastMs = Math.max(...arrivals)
  return rate === 'whole'
    ? (arrivals.length * 1_000) / lastMs
    : ((arrivals.length - 1) * 1_000) / (lastMs - Math.min(...arrivals))
}

function summaryOf(arm: string, kept: TurnPair[], voidBlocks: number, rate: CompareOptions['rate']): ArmSummary {
  return {
    arm,
    blocks: kept.length,
    voidBlocks,
    tokensPerSecond: medianInterval(kept.map(({ turn }) => tokensPerSecondOf(turn, rate))),
    firstTokenMs: median(kept.flatMap(({ turn }) => turn.answers.flatMap(({ arrivalsMs }) => arrivalsMs[0] ?? []))),
    gapP95Ms: quantile(
      kept.flatMap(({ turn }) => gapsOf(turn)),
      0.95,
    ),
    ...cpuOf(kept),
    ratio: medianInterval(
      kept.map(({ turn, reference }) => tokensPerSecondOf(turn, rate) / tokensPerSecondOf(reference, rate)),
    ),
  }
}

/** Per token, of the turns that could be read. */
function cpuOf(pairs: readonly TurnPair[]) {
  const perToken = (clock: 'workersMs' | 'processMs', { answers }: ArmTurn): number | null => {
    const read = answers.flatMap(({ cpu }) => cpu ?? [])
    const tokens = read.reduce((sum, cpu) => sum + cpu.tokens, 0)
    return read.length < answers.length || tokens === 0 ? null : read.reduce((sum, cpu) => sum + cpu[clock], 0) / tokens
  }
  const medianOf = (clock: 'workersMs' | 'processMs') => {
    const values = pairs.flatMap(({ turn }) => perToken(clock, turn) ?? [])
    return values.length === 0 ? null : median(values)
  }
  const ratioOf = (clock: 'workersMs' | 'processMs') =>
    medianInterval(
      pairs.flatMap(({ turn, reference }) => {
        const [own, theirs] = [perToken(clock, turn), perToken(clock, reference)]
        return own === null || theirs === null || theirs === 0 ? [] : [own / theirs]
      }),
    )
  return {
    workerMsPerToken: medianOf('workersMs'),
    processMsPerToken: medianOf('processMs'),
    workerRatio: ratioOf('workersMs'),
    processRatio: ratioOf('processMs'),
  }
}

function sameTokens(a: ArmTurn, b: ArmTurn): boolean {
  return (
    a.answers.length === b.answers.length &&
    a.answers.every(({ ids }, i) => {
      const other = b.answers[i]?.ids ?? []
      return ids.length === other.length && ids.every((id, j) => id === other[j])
    })
  )
}
