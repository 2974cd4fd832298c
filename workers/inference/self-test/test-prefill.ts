import type { SelfTestStep } from '../../../src/engine/messages.ts'
import { createSequence } from '../session/sequence.ts'
import type { SlotDecoder } from '../session/slot-decoder.ts'
import { differenceOf, type KnownAnswers, LOGIT_TOLERANCE } from './known-answers.ts'

/** Rows per run that are tried, largest first; below eight, reading a prompt is no faster than writing one. */
const CHUNKS = [256, 128, 64, 32, 16, 8]

export interface PrefillTest {
  steps: SelfTestStep[]
  /** The largest number of rows per run that answers every known question; 0 when none does. */
  prefillChunk: number
}

/**
 * Prefill at every shipped length, in runs of at most each chunk size, until one size answers all. A size above the longest known
 * answer is not tried: nothing would vouch for it. Errors: those of a run.
 */
export async function testPrefill(decoder: SlotDecoder, answers: KnownAnswers): Promise<PrefillTest> {
  const steps: SelfTestStep[] = []
  // A prompt that fits into one run of either size is the same question.
  const asked = new Map<string, boolean>()
  const longest = Math.max(...answers.prefill.map((known) => known.length))
  for (const chunk of CHUNKS.filter((size) => size <= longest)) {
    let allPassed = true
    for (const known of answers.prefill) {
      const rows = Math.min(chunk, known.length)
      const question = `${known.length}/${rows}`
      let passed = asked.get(question)
      if (passed === undefined) {
        const { absolute, relative } = differenceOf(
          await prefillLast(decoder, answers.prompt.slice(0, known.length), rows),
          known.top,
        )
        passed = relative <= LOGIT_TOLERANCE
        asked.set(question, passed)
        const name =
          rows === known.length ? `prefill of ${known.length}` : `prefill of ${known.length} in runs of ${rows}`
        steps.push({ name, passed, maxDifference: absolute })
      }
      allPassed &&= passed
      // One wrong answer refuses the size; the next one is asked at once, since a slow device waits for every run.
      if (!passed) break
    }
    if (allPassed) return { steps, prefillChunk: chunk }
  }
  return { steps, prefillChunk: 0 }
}

async function prefillLast(decoder: SlotDecoder, ids: number[], rowsPerRun: number): Promise<Float32Array> {
  const sequence = createSequence(decoder, 0, 1)
  let last = new Float32Array()
  for (let start = 0; start < ids.length; start += rowsPerRun) {
    const answers = await sequence.extend(ids.slice(start, start + rowsPerRun))
    last = Float32Array.from(answers.logits(answers.count - 1))
  }
  return last
}
