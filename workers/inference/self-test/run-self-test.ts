import type { SelfTestReport } from '../../../src/engine/messages.ts'
import type { RunShape } from '../generation/plan-runs.ts'
import type { Decoder } from '../session/decoder.ts'
import type { KnownAnswers } from './known-answers.ts'
import { testDecode } from './test-decode.ts'
import { testPrefill } from './test-prefill.ts'

export type SelfTestResult =
  | { outcome: 'usable'; report: SelfTestReport; shape: RunShape; tokensPerSecond: number }
  | { outcome: 'refused'; report: SelfTestReport }

/**
 * Asks this very adapter questions with known answers, before anyone is served: wrong numbers on a real GPU were measured, not feared.
 * Then finds how it commits exact rows, and how fast. Errors: those of a run.
 */
export async function runSelfTest(
  provider: 'webgpu' | 'wasm',
  decoder: Decoder,
  answers: KnownAnswers,
  now: () => number,
): Promise<SelfTestResult> {
  const name = provider === 'webgpu' ? 'The graphics card' : 'The processor'
  const { steps, prefillChunk } = await testPrefill(decoder, answers)
  const refused = (summary: string): SelfTestResult => ({
    outcome: 'refused',
    report: { provider, steps, prefillChunk: 0, outcome: 'refused', summary },
  })
  if (prefillChunk === 0)
    return refused(`${name} gave wrong answers to questions with known answers, so it is not used.`)

  const { shape, step, tokensPerSecond } = await testDecode(decoder, prefillChunk, answers, now)
  steps.push(step)
  if (!step.passed) return refused(`${name} writes wrong tokens after a known prompt, so it is not used.`)

  const failed = steps.some((tested) => !tested.passed)
  const summary = failed
    ? `${name} answers wrongly when it reads many tokens at once, so it reads ${prefillChunk} at a time, which it does correctly.`
    : `${name} gave the right answer to all ${steps.length} questions with known answers.`
  const outcome = failed ? 'passed-with-smaller-chunk' : 'passed'
  return { outcome: 'usable', report: { provider, steps, prefillChunk, outcome, summary }, shape, tokensPerSecond }
}
