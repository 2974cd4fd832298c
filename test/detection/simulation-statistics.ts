import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { machine } from '../../tools/bench/report.ts'
import type { Detection } from './report.ts'

const PATH = join(import.meta.dirname, '../../simulation/measured-statistics.json')

const PROBABILITIES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1]

interface Statistics {
  checkShare: number
  honestPairs: { pair: string; scores: number[][] }[]
  cheats: Record<string, { saved: number; differsIn: string; scores: number[][] }>
}

/**
 * What the simulation draws from: scores of honest pairs and of cheats, and what a check costs. What cheating saves, how often memory
 * flips and how long answers are is not measured here, and stays as it stands in the file.
 */
export async function writeStatistics({ honest, cheats, cost }: Detection): Promise<void> {
  const before = JSON.parse(await readFile(PATH, 'utf8')) as Statistics
  const measured = { ...before.cheats }
  for (const { simulated, tolerant } of cheats) {
    const known = simulated === null ? undefined : measured[simulated]
    if (simulated !== null && known !== undefined)
      measured[simulated] = { ...known, scores: quantiles(tolerant.scores) }
  }
  const [costOfReferee] = cost
  const statistics = {
    ...before,
    source: `npm run bench:verify on ${machine()}: scores and checkShare measured; saved, flipRate and segmentsPerAnswer assumed`,
    checkShare:
      costOfReferee === undefined ? before.checkShare : share(costOfReferee.checkMs, costOfReferee.generateMs),
    honestPairs: honest
      .filter(({ scores }) => scores.length > 0)
      .map(({ pair, scores }) => ({ pair, scores: quantiles(scores) })),
    cheats: measured,
  }
  await writeFile(PATH, `${JSON.stringify(statistics, null, 2)}\n`)
}

/** Ascending pairs of probability and score. */
function quantiles(scores: readonly number[]): number[][] {
  const sorted = scores.toSorted((a, b) => a - b)
  const at = (p: number) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0
  return PROBABILITIES.map((p) => [p, Math.round(at(p) * 1e4) / 1e4])
}

function share(part: number, whole: number): number {
  return Math.min(1, Math.round((1_000 * part) / whole) / 1_000)
}
