import type { CheckOptions } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { type Cell, isExactPair } from '../../../src/protocol/evidence/cell.ts'
import type { CheckReport } from '../../../src/protocol/evidence/check-report.ts'
import { bytesEqual } from '../../../src/protocol/hash.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { noiseKeyOf } from '../../../src/protocol/sampling/noise.ts'
import { scoreClaim } from '../../../src/protocol/sampling/token-rule.ts'
import { createSequence } from '../session/sequence.ts'
import { assertFits, isTokenId } from './answer.ts'
import type { GenerationContext } from './generate.ts'
import { minimumRows, planRuns } from './plan-runs.ts'
import { createRowsHash } from './rows-hash.ts'

export interface CheckContext extends GenerationContext {
  cell: Cell
  /** Milliseconds, monotonic. */
  now: () => number
}

/**
 * One teacher-forced prefill over prompt and answer (protocol.md §4): every claimed token is scored by the rule, every segment's rows
 * are hashed again. Claimed ids are remote: one outside the vocabulary is simply never the rule's choice.
 * Errors: `engine/context-overflow | engine/run-failed | engine/aborted | engine/device-lost | engine/out-of-memory`.
 */
export async function check(context: CheckContext, options: CheckOptions, signal: AbortSignal): Promise<CheckReport> {
  const { decoder, shape } = context
  const { promptIds, outputIds, sampler, rowsHashes } = options
  const startedMs = context.now()
  const fed = outputIds.map((id) => (isTokenId(id, decoder.config) ? id : 0))
  const inputs = [...promptIds, ...fed]
  assertFits(promptIds, decoder.config, outputIds.length)
  const key = noiseKeyOf(options.seed)
  const answersFrom = promptIds.length - 1
  const tally = createTally()
  const segmentsEqual: boolean[] = []
  let hash = createRowsHash()
  const sequence = createSequence(decoder, minimumRows(shape.exactness))
  try {
    for (const { start, end } of planRuns(shape, promptIds.length, 0, outputIds.length === 0 ? 0 : inputs.length - 1)) {
      await context.yieldTurn()
      if (signal.aborted) throw abortedCheck()
      const answers = await sequence.extend(inputs.slice(start, end))
      for (let position = Math.max(0, start - answersFrom); position < end - answersFrom; position++) {
        const index = position + answersFrom - start
        tally.add(position, scoreClaim(answers.logits(index), sampler, key, position, outputIds[position] ?? -1))
        hash.add(answers.row(index))
        if ((position + 1) % SEGMENT_TOKENS !== 0 && position + 1 !== outputIds.length) continue
        const claimed = rowsHashes[segmentsEqual.length]
        segmentsEqual.push(claimed !== undefined && bytesEqual(hash.digest(), claimed))
        hash = createRowsHash()
      }
    }
  } finally {
    sequence.dispose()
  }
  return {
    exactPair: isExactPair(options.cell, context.cell),
    tokens: outputIds.length,
    ...tally.total(),
    segmentsEqual,
    elapsedMs: context.now() - startedMs,
  }
}

type ClaimScore = ReturnType<typeof scoreClaim>

/** Adds up what the rule says of each claimed token. */
function createTally() {
  let tokensMatched = 0
  let tokensNotKept = 0
  let firstTokenMismatch: number | null = null
  let marginSum = 0
  let margins = 0
  let maxMargin = 0
  return {
    add(position: number, score: ClaimScore): void {
      if (score.matches) tokensMatched += 1
      else firstTokenMismatch ??= position
      if (score.margin === null) {
        tokensNotKept += 1
        return
      }
      marginSum += score.margin
      margins += 1
      maxMargin = Math.max(maxMargin, score.margin)
    },
    total: () => ({
      tokensMatched,
      firstTokenMismatch,
      tokensNotKept,
      meanMargin: margins === 0 ? 0 : marginSum / margins,
      maxMargin,
    }),
  }
}

function abortedCheck(): CodedError {
  return new CodedError({
    code: 'engine/aborted',
    message: 'The check was stopped before its end.',
    nextStep: 'Start it again when you want to know.',
  })
}
