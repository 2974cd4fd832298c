import type { CheckOptions, GenerateOptions } from '../../../../src/engine/messages.ts'
import type { CheckReport } from '../../../../src/protocol/evidence/check-report.ts'
import { bytesEqual } from '../../../../src/protocol/hash.ts'
import { noiseKeyOf } from '../../../../src/protocol/sampling/noise.ts'
import { chooseToken, scoreClaim } from '../../../../src/protocol/sampling/token-rule.ts'
import { minimumRows, planRuns, type RunShape } from '../../../../workers/inference/generation/plan-runs.ts'
import { createRowsHash } from '../../../../workers/inference/generation/rows-hash.ts'
import { createSegmentEvidence } from '../../../../workers/inference/generation/segment-evidence.ts'
import { createSequence, type Sequence } from '../../../../workers/inference/session/sequence.ts'
import type { SlotDecoder } from '../../../../workers/inference/session/slot-decoder.ts'

/** What an answer amounts to, whatever way its events came. */
export interface Outcome {
  ids: number[]
  rowsHashes: Uint8Array[]
  commitments: Uint8Array[]
  segmentLengths: number[]
  finish: 'stop' | 'length'
}

/** The loop that needs no explanation: one request, one row, one run at a time. What every other path is compared with. */
export async function generateSimply(
  decoder: SlotDecoder,
  shape: RunShape,
  options: GenerateOptions,
): Promise<Outcome> {
  const { promptIds, resumedIds, stopIds, sampler, maxTokens } = options
  const { contextTokens } = decoder.config
  const key = noiseKeyOf(options.seed)
  const sequence = createSequence(decoder, 0, minimumRows(shape.exactness))
  const inputs = [...promptIds, ...resumedIds]
  for (const { start, end } of planRuns(shape, promptIds.length, 0, inputs.length - 1)) {
    await sequence.extend(inputs.slice(start, end))
  }
  const outcome: Outcome = { ids: [], rowsHashes: [], commitments: [], segmentLengths: [], finish: 'length' }
  let segmentStart = resumedIds.length
  let evidence = createSegmentEvidence()
  const length = () => inputs.length - promptIds.length
  for (;;) {
    const stop = length() > resumedIds.length && stopIds.includes(inputs.at(-1) ?? -1)
    const ends = stop || length() >= maxTokens || inputs.length >= contextTokens
    if (ends || length() - segmentStart === 32) {
      if (length() > segmentStart) {
        if (shape.exactness.kind === 'replay') {
          const replayed = await replay(sequence, shape, options, inputs, segmentStart)
          if (replayed === null) continue
          evidence = replayed
        }
        outcome.ids.push(...inputs.slice(promptIds.length + segmentStart))
        outcome.segmentLengths.push(length() - segmentStart)
        const { rowsHash, commitment } = evidence.digest()
        outcome.rowsHashes.push(rowsHash)
        outcome.commitments.push(commitment)
      }
      if (ends) return { ...outcome, finish: stop ? 'stop' : 'length' }
      segmentStart = length()
      evidence = createSegmentEvidence()
    }
    const answers = await sequence.extend(inputs.slice(-1))
    evidence.add(answers.row(0))
    inputs.push(chooseToken(answers.logits(0), sampler, key, length()))
  }
}

/** Null when the replay chose another token, which is then the newest of `inputs`. */
async function replay(
  sequence: Sequence,
  shape: RunShape,
  { promptIds, sampler, seed }: GenerateOptions,
  inputs: number[],
  segmentStart: number,
) {
  const answersFrom = promptIds.length - 1
  const evidence = createSegmentEvidence()
  sequence.truncate(answersFrom + segmentStart)
  for (const run of planRuns(shape, promptIds.length, answersFrom + segmentStart, inputs.length - 1)) {
    const answers = await sequence.extend(inputs.slice(run.start, run.end))
    for (let i = 0; i < answers.count; i++) {
      const at = run.start + i
      const id = chooseToken(answers.logits(i), sampler, noiseKeyOf(seed), at - answersFrom)
      if (id !== inputs[at + 1]) {
        inputs.length = at + 1
        inputs.push(id)
        sequence.truncate(at + 1)
        return null
      }
      evidence.add(answers.row(i))
    }
  }
  return evidence
}

/** Tokens and segments of a check, one run after another. */
export async function checkSimply(
  decoder: SlotDecoder,
  shape: RunShape,
  { promptIds, outputIds, sampler, seed, rowsHashes }: CheckOptions,
): Promise<Pick<CheckReport, 'tokensMatched' | 'firstTokenMismatch'> & { segments: { rowsEqual: boolean }[] }> {
  const sequence = createSequence(decoder, 0, minimumRows(shape.exactness))
  const inputs = [...promptIds, ...outputIds]
  const answersFrom = promptIds.length - 1
  const report = {
    tokensMatched: 0,
    firstTokenMismatch: null as number | null,
    segments: [] as { rowsEqual: boolean }[],
  }
  let hash = createRowsHash()
  for (const { start, end } of planRuns(shape, promptIds.length, 0, inputs.length - 1)) {
    const answers = await sequence.extend(inputs.slice(start, end))
    for (let at = Math.max(start, answersFrom); at < end; at++) {
      const position = at - answersFrom
      const { matches } = scoreClaim(
        answers.logits(at - start),
        sampler,
        noiseKeyOf(seed),
        position,
        outputIds[position] ?? -1,
      )
      if (matches) report.tokensMatched += 1
      else report.firstTokenMismatch ??= position
      hash.add(answers.row(at - start))
      if ((position + 1) % 32 !== 0 && position + 1 !== outputIds.length) continue
      const claimed = rowsHashes[report.segments.length] ?? new Uint8Array()
      report.segments.push({ rowsEqual: bytesEqual(hash.digest(), claimed) })
      hash = createRowsHash()
    }
  }
  return report
}
