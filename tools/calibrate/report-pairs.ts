import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CalibrationStatistics, summariseFindings } from '../../src/protocol/evidence/calibration-statistics.ts'
import { scoreSegment } from '../../src/protocol/evidence/segment-score.ts'
import { type ThresholdTable, thresholdsOf, thresholdsVersionOf } from '../../src/protocol/evidence/thresholds.ts'
import { HONEST_GATE } from '../../src/protocol/reputation/evidence-weight.ts'
import { DOCS, machine, table, withSection } from '../bench/report.ts'
import { exceedanceBound } from './exceedance-bound.ts'
import type { PairFindings } from './measure-pairs.ts'

/** Of the pairs whose limits leave honest work e-values that are small enough for certain (protocol.md §4.6): others stay unknown. */
export function tableOf(pairs: readonly PairFindings[]): ThresholdTable {
  const shipped = pairs.filter((pair) => evidenceBoundOf(pair) <= HONEST_GATE)
  return {
    version: 1,
    pairs: shipped.map(({ provider, checker, findings }) => ({
      provider: provider.cellClass,
      checker: checker.cellClass,
      segments: findings.length,
      thresholds: thresholdsOf(summariseFindings(findings)),
    })),
  }
}

/** Of E[e^λ]. */
function evidenceBoundOf({ findings }: PairFindings): number {
  const thresholds = thresholdsOf(summariseFindings(findings))
  return exceedanceBound(findings.map((finding) => scoreSegment(finding, thresholds).score))
}

/** Writes docs/calibration/pairs.json and the section `pairs` of docs/calibration.md. Returns what it wrote. */
export async function reportPairs(pairs: readonly PairFindings[]): Promise<string> {
  const measured = pairs.map(({ provider, checker, findings }) => ({
    provider,
    checker,
    evidenceBound: evidenceBoundOf({ provider, checker, findings }),
    rowsEqual: findings.filter(({ rowsEqual }) => rowsEqual).length,
    statistics: summariseFindings(findings),
  }))
  const segments = measured.reduce((sum, { statistics }) => sum + statistics.segments, 0)
  const markdown = `## Honest pairs

\`npm run calibrate\` on ${machine()}: the embedded model, ${segments} segments. The provider decodes, the checker prefills. Drift is of
the 128 values of a segment's commitment, in last bits of bfloat16; counts are per segment of 32 tokens: half of the segments, and the worst of them.
Thresholds version \`${thresholdsVersionOf(tableOf(pairs)).slice(0, 16)}\`; what is twice the worst, or the floor of thresholds.ts, is the limit. A pair is
in the table once E[e^λ] is at most 0.8 with 99.9 % confidence, which takes some 700 segments; until then it is unknown, and unknown is inconclusive.

${table(
  [
    'provider',
    'checker',
    'segments',
    'same bits',
    'exponents',
    'mantissa, mean',
    'median',
    'other tokens',
    'not kept',
    'margin clip',
    'E[e^λ]',
    'shipped',
  ],
  measured.map(({ provider, checker, evidenceBound, rowsEqual, statistics }) => [
    provider.name,
    checker.name,
    String(statistics.segments),
    String(rowsEqual),
    range(statistics.exponentMismatches),
    range(statistics.mantissaMean),
    range(statistics.mantissaMedian),
    range(statistics.tokenMismatches),
    range(statistics.notKept),
    thresholdsOf(statistics).marginClip.toFixed(3),
    `≤ ${evidenceBound.toFixed(2)}`,
    evidenceBound <= HONEST_GATE ? 'yes' : 'no',
  ]),
)}`
  await mkdir(join(DOCS, 'calibration'), { recursive: true })
  await writeFile(
    join(DOCS, 'calibration/pairs.json'),
    `${JSON.stringify({ machine: machine(), pairs: measured }, null, 1)}\n`,
  )
  await writeSection('pairs', markdown)
  return markdown
}

/** Replaces a section of docs/calibration.md. */
export async function writeSection(name: string, markdown: string): Promise<void> {
  const path = join(DOCS, 'calibration.md')
  const before = await readFile(path, 'utf8').catch(() => '# Calibration\n')
  await writeFile(path, withSection(before, name, markdown))
}

function range({ p50, max }: CalibrationStatistics['mantissaMean']): string {
  return `${short(p50)} … ${short(max)}`
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3)
}
