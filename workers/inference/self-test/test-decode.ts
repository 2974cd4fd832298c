import type { SelfTestStep } from '../../../src/engine/messages.ts'
import { minimumRows, planRuns, type RunShape } from '../generation/plan-runs.ts'
import type { Decoder } from '../session/decoder.ts'
import { createSequence } from '../session/sequence.ts'
import { differenceOf, type KnownAnswers, LOGIT_TOLERANCE } from './known-answers.ts'

export interface DecodeTest {
  step: SelfTestStep
  tokensPerSecond: number
}

/**
 * Decode as generation will do it, teacher-forced with the known ids, and timed. A replaying device runs the rows once more, so that its
 * speed is the speed at which it commits. `now` is in milliseconds.
 */
export async function testDecode(
  decoder: Decoder,
  shape: RunShape,
  answers: KnownAnswers,
  now: () => number,
): Promise<DecodeTest> {
  const { prompt, decode } = answers
  const inputs = [...prompt, ...decode.ids.slice(0, -1)]
  const from = prompt.length - 1
  const sequence = createSequence(decoder, minimumRows(shape.exactness))
  let passed = true
  let maxDifference = 0
  try {
    for (const run of planRuns(shape, prompt.length, 0, from)) await sequence.extend(inputs.slice(run.start, run.end))
    const startedMs = now()
    for (const [i, known] of decode.top.entries()) {
      const row = await sequence.extend(inputs.slice(from + i, from + i + 1))
      const { absolute, relative } = differenceOf(row.logits(0), known)
      passed &&= relative <= LOGIT_TOLERANCE
      maxDifference = Math.max(maxDifference, absolute)
    }
    if (shape.exactness.kind === 'replay') {
      sequence.truncate(from)
      for (const run of planRuns(shape, prompt.length, from, inputs.length))
        await sequence.extend(inputs.slice(run.start, run.end))
    }
    const tokensPerSecond = (decode.top.length * 1_000) / Math.max(1, now() - startedMs)
    return { step: { name: `decode of ${decode.top.length}`, passed, maxDifference }, tokensPerSecond }
  } finally {
    sequence.dispose()
  }
}
