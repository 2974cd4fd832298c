import type { SelfTestReport } from '../../../src/engine/messages.ts'
import type { SlotDecoder } from '../session/slot-decoder.ts'
import type { KnownAnswers } from './known-answers.ts'
import { type DecodeTest, testDecode } from './test-decode.ts'
import { testPrefill } from './test-prefill.ts'

export type SelfTestResult =
  | { outcome: 'usable'; report: SelfTestReport; decode: DecodeTest }
  | { outcome: 'refused'; report: SelfTestReport }

export interface SelfTestOptions {
  provider: 'webgpu' | 'wasm'
  /** Milliseconds, monotonic. */
  now: () => number
  /** Whether rows may be committed as they are computed; for measurements only, replaying is the other way. */
  window: boolean
}

/**
 * Asks this very adapter questions with known answers, before anyone is served: wrong numbers on a real GPU were measured, not feared.
 * Then finds how it commits exact rows, and how fast. Errors: those of a run.
 */
export async function runSelfTest(
  decoder: SlotDecoder,
  answers: KnownAnswers,
  { provider, now, window }: SelfTestOptions,
): Promise<SelfTestResult> {
  const name = provider === 'webgpu' ? 'The graphics card' : 'The processor'
  const { steps, prefillChunk } = await testPrefill(decoder, answers)
  const refused = (summary: string): SelfTestResult => ({
    outcome: 'refused',
    report: { provider, steps, prefillChunk: 0, outcome: 'refused', summary },
  })
  if (prefillChunk === 0)
    return refused(`${name} gave wrong answers to questions with known answers, so it is not used.`)

  const decode = await testDecode(decoder, prefillChunk, answers, { now, window })
  steps.push(decode.step)
  if (!decode.step.passed) return refused(`${name} writes wrong tokens after a known prompt, so it is not used.`)

  const failed = steps.some((tested) => !tested.passed)
  const summary = failed
    ? `${name} answers wrongly when it reads many tokens at once, so it reads ${prefillChunk} at a time, which it does correctly.`
    : `${name} gave the right answer to all ${steps.length} questions with known answers.`
  const outcome = failed ? 'passed-with-smaller-chunk' : 'passed'
  return {
    outcome: 'usable',
    report: { provider, steps, prefillChunk, outcome, summary },
    decode,
  }
}
