import type { CheckOptions } from '../../../src/engine/messages.ts'
import type { CheckReport } from '../../../src/protocol/evidence/check-report.ts'
import type { SegmentFinding } from '../../../src/protocol/evidence/segment-finding.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { noiseKeyOf } from '../../../src/protocol/sampling/noise.ts'
import { scoreClaim } from '../../../src/protocol/sampling/token-rule.ts'
import { assertFits, isTokenId, type TokenBounds } from './answer.ts'
import { createClaimTally } from './claim-tally.ts'
import { planRuns, type RunShape } from './plan-runs.ts'
import { createProbeValues } from './probe-values.ts'
import type { RowPolicy } from './row-policy.ts'
import { createSegmentCheck } from './segment-check.ts'
import type { Strand } from './strand.ts'

/** Most logits that one run gives back, 64 MiB of f32: a vocabulary of 150,000 would ask for more than a small device has. */
const MAX_LOGITS = 2 ** 24

export interface CheckStrand extends Strand {
  /** Null until every row was seen. */
  report(): Omit<CheckReport, 'exactPair'> | null
}

export interface CheckStrandOptions {
  options: CheckOptions
  shape: RunShape
  bounds: TokenBounds
  policy: RowPolicy
  now: () => number
}

/**
 * One teacher-forced prefill over prompt and answer (protocol.md §4): every claimed token is scored by the rule, every segment's rows
 * are hashed again. Claimed ids are remote: one outside the vocabulary is simply never the rule's choice.
 * Errors: `engine/context-overflow | engine/run-failed`.
 */
export function createCheckStrand({ options, shape, bounds, policy, now }: CheckStrandOptions): CheckStrand {
  const { promptIds, outputIds, sampler, rowsHashes, commitments } = options
  assertFits(promptIds, bounds, outputIds.length)
  const inputs = [...promptIds, ...outputIds.map((id) => (isTokenId(id, bounds) ? id : 0))]
  const answersFrom = promptIds.length - 1
  const to = outputIds.length === 0 ? 0 : inputs.length - 1
  const plan = policy.replays ? planRuns(shape, promptIds.length, 0, to) : null
  const rowsAtOnce = Math.max(SEGMENT_TOKENS, Math.floor(MAX_LOGITS / bounds.vocabularySize))
  const key = noiseKeyOf(options.seed)
  const tally = createClaimTally()
  const segments: SegmentFinding[] = []
  const probes = createProbeValues(options.probes)
  const nextSegment = () =>
    createSegmentCheck({
      rowsHash: rowsHashes[segments.length] ?? null,
      commitment: commitments[segments.length] ?? null,
    })
  let segment = nextSegment()
  let firstDifference: CheckReport['firstDifference'] = null
  let fed = 0
  let stopped = false
  /** Of its own slot: waiting for one is not the check's time. */
  let startedMs = now()

  return {
    inputs,
    reusable: Math.min(to, answersFrom),
    plan,
    writing: null,
    begin(held) {
      fed = held
      startedMs = now()
    },
    next() {
      if (stopped || fed >= to) return null
      const run = plan?.find(({ start }) => start === fed)
      const end = run?.end ?? Math.min(to, Math.max(fed, answersFrom) + rowsAtOnce)
      return { kind: 'read', start: fed, end, wantedFrom: answersFrom, whole: policy.replays, exact: true }
    },
    take({ start, end }, answers) {
      fed = end
      const first = Math.max(0, start - answersFrom)
      for (let position = first; position < end - answersFrom; position++) {
        const i = position - first
        const row = answers.row(i)
        const score = scoreClaim(answers.logits(i), sampler, key, position, outputIds[position] ?? -1)
        tally.add(position, score)
        segment.add(row, score)
        probes.take(position, row)
        if ((position + 1) % SEGMENT_TOKENS !== 0 && position + 1 !== outputIds.length) continue
        const finding = segment.finding()
        if (!finding.rowsEqual) firstDifference ??= { segment: segments.length, rowsHash: segment.rowsHash() }
        segments.push(finding)
        segment = nextSegment()
      }
    },
    stop() {
      stopped = true
    },
    report: () =>
      fed < to
        ? null
        : {
            tokens: outputIds.length,
            ...tally.total(),
            segments,
            firstDifference,
            probes: probes.values(),
            elapsedMs: now() - startedMs,
          },
  }
}
