import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COMMITMENT_BYTES } from '../../src/protocol/evidence/activation-commitment.ts'
import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import { ALARM } from '../../src/protocol/reputation/sequential-evidence.ts'
import { rocPlot } from '../../tools/bench/plot/roc-plot.ts'
import { DOCS, machine, table } from '../../tools/bench/report.ts'
import { writeSection } from '../../tools/calibrate/report-pairs.ts'
import type { Spread } from './detection.ts'
import { type HonestPair, together } from './honest-pairs.ts'
import type { MeasuredCheat } from './measure-cheats.ts'
import type { CheckCost } from './measure-cost.ts'
import { writeStatistics } from './simulation-statistics.ts'

export interface Detection {
  honest: HonestPair[]
  cheats: MeasuredCheat[]
  cost: CheckCost[]
}

/** Writes docs/calibration/detection.json, plots, the section `detection`, and what the simulation draws from. Returns the section. */
export async function reportDetection({ honest, cheats, cost }: Detection): Promise<string> {
  await mkdir(join(DOCS, 'calibration'), { recursive: true })
  const facts = {
    machine: machine(),
    cheats: cheats.map((cheat) => ({
      ...cheat,
      tolerant: { ...cheat.tolerant, scores: rounded(cheat.tolerant.scores) },
    })),
    honest: honest.map((pair) => ({ ...pair, scores: rounded(pair.scores) })),
  }
  await writeFile(join(DOCS, 'calibration/detection.json'), `${JSON.stringify(facts)}\n`)
  await writeStatistics({ honest, cheats, cost })
  const honestScores = honest.flatMap(({ scores }) => scores)
  for (const [i, group] of groupsOf(cheats).entries()) {
    const plot = rocPlot({
      title: i === 0 ? 'Cheats in what is computed' : 'Cheats in how tokens are chosen, and in evidence',
      subtitle: `One segment, another cell than the provider's; ${honestScores.length} honest segments`,
      negatives: honestScores,
      series: group.map(({ name, tolerant }) => ({ label: name, positives: tolerant.scores })),
    })
    await writeFile(join(DOCS, `calibration/roc-${i + 1}.svg`), plot)
  }
  const markdown = [honestSection(honest), exactSection(cheats), tolerantSection(cheats)].join('\n\n')
  await writeSection('detection', markdown)
  return `${markdown}\n\n${await reportCost(cost)}`
}

/** Writes docs/calibration/check-cost.json and the section `check-cost`, which it returns. */
export async function reportCost(cost: readonly CheckCost[]): Promise<string> {
  await mkdir(join(DOCS, 'calibration'), { recursive: true })
  await writeFile(join(DOCS, 'calibration/check-cost.json'), `${JSON.stringify({ machine: machine(), cost })}\n`)
  const markdown = costSection(cost)
  await writeSection('check-cost', markdown)
  return markdown
}

function honestSection(pairs: readonly HonestPair[]): string {
  const segments = pairs.reduce((sum, pair) => sum + pair.segments, 0)
  const failed = pairs.reduce((sum, pair) => sum + pair.failed, 0)
  return `## Honest work

\`npm run bench:verify\` on ${machine()}. ${segments} segments of answers that no calibration has seen, ${failed} answers failed. The bound is
the upper 95 % one of the probability that an honest segment fails; E[e^λ] is its upper 99.9 % bound from these scores alone, which
takes some 700 of them to come below 0.8; the last column is the sequential rule's bound for a job that is certainly audited, at most 10⁻⁶, and 1 where
E[e^λ] may be above 1.

${table(
  [
    'pair',
    'answers',
    'segments',
    'same bits',
    'pass',
    'fail',
    'inconclusive',
    'a segment fails',
    'worst score',
    'E[e^λ]',
    'false alarm per job',
  ],
  [...pairs, together(pairs)].map((pair) => [
    pair.pair,
    String(pair.answers),
    String(pair.segments),
    String(pair.segmentsEqual),
    String(pair.passed),
    String(pair.failed),
    String(pair.inconclusive),
    `≤ ${pair.failureBound.toExponential(1)}`,
    pair.thresholds === null ? 'equality' : Math.max(...pair.scores).toFixed(3),
    pair.evidenceBound === null ? '–' : `≤ ${pair.evidenceBound.toFixed(2)}`,
    pair.falseAlarmPerJob === null ? '–' : `≤ ${pair.falseAlarmPerJob.toExponential(1)}`,
  ]),
)}`
}

function exactSection(cheats: readonly MeasuredCheat[]): string {
  return `## Cheats before a checker of the same cell

Equality of rows, then the rule of every token. An answer that is word for word and bit for bit what honest work gives is none of a cheat's: a
greedy question has no seed.

${table(
  ['cheat', 'answers', 'that differ', 'found', 'first failing segment, median', '95 %', 'by'],
  cheats.map(({ name, answers, exact }) => [
    name,
    String(answers),
    String(exact.cheated),
    String(exact.found),
    String(exact.segments.median),
    String(exact.segments.p95),
    words(exact.reasons),
  ]),
)}`
}

function tolerantSection(cheats: readonly MeasuredCheat[]): string {
  return `## Cheats before a checker of another cell

Tokens up to the end of the first segment beyond a limit, from any segment on; audited answers until the sequential rule alarms (h = ${ALARM.toFixed(1)}, at
most 3 an answer, so never before the ninth).

${table(
  ['cheat', 'segments', 'beyond a limit', 'tokens, median', '95 %', 'goal', '', 'audits, median', '95 %', 'by'],
  cheats.map(({ name, segments, targetTokens, tolerant }) => [
    name,
    String(segments),
    `${(100 * tolerant.segmentsBeyond).toFixed(1)} %`,
    shown(tolerant.tokens.median),
    shown(tolerant.tokens.p95),
    targetTokens === null ? '' : `≤ ${targetTokens}`,
    targetTokens === null ? '' : outcome(tolerant.tokens, targetTokens),
    shown(tolerant.audits.median),
    shown(tolerant.audits.p95),
    words(tolerant.worst),
  ]),
)}

![Cheats in what is computed](calibration/roc-1.svg)

![Cheats in how tokens are chosen, and in evidence](calibration/roc-2.svg)`
}

function costSection(costs: readonly CheckCost[]): string {
  const share = (ms: number, whole: number) => `${((100 * ms) / whole).toFixed(1)} %`
  return `## What a check costs

Of an answer of ${costs[0]?.tokens ?? 0} tokens by the embedded model, medians of processor time, by a checker that has not seen the prompt. Auditing everything (p = 1) costs the share of
the whole check; at p = 0.05 a twentieth of it. Evidence is hashing and committing to rows and chaining segments: ${((COMMITMENT_BYTES + 32) / SEGMENT_TOKENS).toFixed(1)} bytes a
token for hash and commitment. Signing every segment and the receipt is the receipt's, on the page's thread beside the worker that decodes: with the running hash and the signature it is ${((COMMITMENT_BYTES + 32 + 32 + 64) / SEGMENT_TOKENS).toFixed(1)} bytes a token. Code is warm: 200 such answers came before.

${table(
  [
    'cell',
    'generating, ms',
    'evidence, ms',
    'its share',
    'signing, ms',
    'its share',
    'check, ms',
    'share of the job',
    'at p = 0.05',
    'first half only',
    'first segment only',
  ],
  costs.map(({ cell, generateMs, evidenceMs, signingMs, checkMs, halfMs, firstSegmentMs }) => [
    cell,
    generateMs.toFixed(0),
    evidenceMs.toFixed(1),
    share(evidenceMs, generateMs),
    signingMs.toFixed(1),
    share(signingMs, generateMs),
    checkMs.toFixed(0),
    share(checkMs, generateMs),
    share(checkMs / 20, generateMs),
    share(halfMs, generateMs),
    share(firstSegmentMs, generateMs),
  ]),
)}`
}

function outcome({ median, p95 }: Spread, target: number): string {
  if (p95 <= target) return 'met'
  return median <= target ? 'met by the median' : 'missed'
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(value) : 'never'
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')
}

function groupsOf(cheats: readonly MeasuredCheat[]): MeasuredCheat[][] {
  const computed = cheats.filter(({ name }) => /model|q8|prompt edit|context/.test(name))
  return [computed, cheats.filter((cheat) => !computed.includes(cheat))]
}

function rounded(scores: readonly number[]): number[] {
  return scores.map((score) => Math.round(score * 1e4) / 1e4)
}
