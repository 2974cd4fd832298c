import { answerPrompt } from '../../src/participant/calibrate.ts'
import type { CheckOptions, Engine } from '../../src/participant/ports.ts'
import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import { type CellClass, cellClassOf } from '../../src/protocol/evidence/cell-class.ts'
import type { SegmentFinding } from '../../src/protocol/evidence/segment-finding.ts'

/** An engine that has loaded its model. */
export interface OpenCell {
  name: string
  engine: Engine
  /** Of the answers that are asked for. */
  share: number
}

export interface NamedClass {
  name: string
  cellClass: CellClass
}

/** What one cell found in the answers of another. */
export interface PairFindings {
  provider: NamedClass
  checker: NamedClass
  findings: SegmentFinding[]
}

/** Slots of an engine. */
const AT_ONCE = 8

const never = new AbortController().signal

/** Every cell answers, and every cell checks every answer, its own among them. */
export async function measurePairs(
  cells: readonly OpenCell[],
  prompts: readonly StandardPrompt[],
  onStep: (what: string) => void,
): Promise<PairFindings[]> {
  const pairs: PairFindings[] = []
  for (const provider of cells) {
    const own = prompts.slice(0, Math.ceil(prompts.length * provider.share))
    onStep(`${provider.name} answers ${own.length} prompts`)
    const claims = await severalAtOnce(own, (prompt) => answerPrompt(provider.engine, prompt, never))
    for (const checker of cells) {
      onStep(`${checker.name} checks ${provider.name}`)
      // A slow checker sees a part of what a quick provider wrote.
      const few = claims.slice(0, Math.ceil(prompts.length * checker.share))
      pairs.push({
        provider: namedClass(provider),
        checker: namedClass(checker),
        findings: await findingsIn(checker.engine, few),
      })
    }
  }
  return pairs
}

export async function findingsIn(checker: Engine, claims: readonly CheckOptions[]): Promise<SegmentFinding[]> {
  const reports = await severalAtOnce(claims, (claim) => checker.check(claim, never))
  return reports.flatMap(({ segments }) => segments)
}

/** In the order of `items`, eight of them at a time: a run of 4-bit products takes eight rows for the price of one. */
export async function severalAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = [...items.entries()]
  const next = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      results[entry[0]] = await work(entry[1])
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  return results
}

function namedClass({ name, engine }: OpenCell): NamedClass {
  if (engine.info === null) throw new Error(`${name} has no model`)
  return { name, cellClass: cellClassOf(engine.info.cell) }
}
