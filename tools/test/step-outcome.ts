import type { GateStep } from './gate-steps.ts'

export interface StepOutcome {
  passed: number
  failed: number
  /** Why it failed, where the output does not say. */
  complaint?: string
}

/** The fields of vitest's JSON report that we count. */
export interface VitestReport {
  numPassedTests: number
  numFailedTests: number
}

/** One point for a gate that is not vitest's. A tool that is content but has looked at nothing has failed. */
export function outcomeOfGate({ mustHaveSeen }: GateStep, exitCode: number, output: string): StepOutcome {
  if (exitCode !== 0) return { passed: 0, failed: 1 }
  if (mustHaveSeen === undefined) return { passed: 1, failed: 0 }
  const seen = mustHaveSeen.exec(output)?.[1]
  if (seen === undefined || seen === '0') return { passed: 0, failed: 1, complaint: 'It looked at no file.' }
  return { passed: 1, failed: 0 }
}

/** `report` is null when vitest ended before it wrote one. */
export function outcomeOfTests(report: VitestReport | null, exitCode: number): StepOutcome {
  if (report === null) return { passed: 0, failed: 1, complaint: 'It wrote no report.' }
  const { numPassedTests: passed, numFailedTests: failed } = report
  if (passed + failed === 0) return { passed, failed: 1, complaint: 'It ran no test.' }
  // A file that does not load, or an error outside any test: no test is to blame, and still it is a failure.
  if (failed === 0 && exitCode !== 0) return { passed, failed: 1, complaint: `It ended with exit code ${exitCode}.` }
  return { passed, failed }
}
