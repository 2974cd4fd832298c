import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../../src/participant/ports.ts'
import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import { type CalibrationStatistics, summariseFindings } from '../../src/protocol/evidence/calibration-statistics.ts'
import type { Cell } from '../../src/protocol/evidence/cell.ts'
import { type CellClass, cellClassId, cellClassOf } from '../../src/protocol/evidence/cell-class.ts'
import { THRESHOLDS } from '../../src/protocol/evidence/thresholds.gen.ts'
import { findThresholds, type Thresholds, thresholdsOf } from '../../src/protocol/evidence/thresholds.ts'
import { answersOf, reportsOf } from './checked-answer.ts'

/** Every pair that was ever calibrated, in the table or not. */
const PAIRS = join(import.meta.dirname, '../../docs/calibration/pairs.json')

interface CalibratedPair {
  provider: { cellClass: CellClass }
  checker: { cellClass: CellClass }
  statistics: CalibrationStatistics
}

/** Limits of the table that the page ships. */
export function publishedLimits(provider: Engine, checker: Engine): Thresholds {
  const found = findThresholds(THRESHOLDS, cellOf(provider), cellOf(checker))
  if (found === null) throw new Error('the table does not know this pair: npm run calibrate')
  return found
}

/** Limits that the calibration gives, whether or not it was long enough for the table. */
export async function calibratedLimits(provider: Engine, checker: Engine): Promise<Thresholds> {
  const { pairs } = JSON.parse(await readFile(PAIRS, 'utf8')) as { pairs: CalibratedPair[] }
  const [from, to] = [provider, checker].map((engine) => cellClassId(cellClassOf(cellOf(engine))))
  const pair = pairs.find((each) => {
    return cellClassId(each.provider.cellClass) === from && cellClassId(each.checker.cellClass) === to
  })
  if (pair === undefined) throw new Error('nobody calibrated this pair: npm run calibrate')
  return thresholdsOf(pair.statistics)
}

/** Limits of pairs that nobody calibrates, since they are of twins of the model: measured on the spot. */
export async function measuredLimits(
  provider: Engine,
  checker: Engine,
  prompts: readonly StandardPrompt[],
): Promise<Thresholds> {
  const reports = await reportsOf(checker, await answersOf(provider, prompts))
  return thresholdsOf(summariseFindings(reports.flatMap(({ segments }) => segments)))
}

function cellOf({ info }: Engine): Cell {
  if (info === null) throw new Error('no model is loaded')
  return info.cell
}
