import { expect, test } from 'vitest'
import { GATE_STEPS, type GateStep } from '../../../../tools/test/gate-steps.ts'
import { outcomeOfGate, outcomeOfTests } from '../../../../tools/test/step-outcome.ts'

const LINT: GateStep = { name: 'lint', command: ['lint'], limitMs: 1, mustHaveSeen: /on (\d+) files/ }

test('a gate counts as one', () => {
  expect(outcomeOfGate(LINT, 0, 'fine on 12 files')).toEqual({ passed: 1, failed: 0 })
  expect(outcomeOfGate(LINT, 1, 'bad on 12 files')).toEqual({ passed: 0, failed: 1 })
})

test.each(['fine on 0 files', 'No files found.', ''])('a gate that says "%s" has failed', (output) => {
  expect(outcomeOfGate(LINT, 0, output)).toMatchObject({ passed: 0, failed: 1 })
})

test('tests count one by one', () => {
  expect(outcomeOfTests({ numPassedTests: 7, numFailedTests: 2 }, 1)).toEqual({ passed: 7, failed: 2 })
})

test('a run without a test, without a report or with an error outside any test has failed', () => {
  expect(outcomeOfTests({ numPassedTests: 0, numFailedTests: 0 }, 0)).toMatchObject({ failed: 1 })
  expect(outcomeOfTests(null, 0)).toMatchObject({ failed: 1 })
  expect(outcomeOfTests({ numPassedTests: 7, numFailedTests: 0 }, 1)).toMatchObject({ passed: 7, failed: 1 })
})

test('a step needs only steps that run before it', () => {
  const names = GATE_STEPS.map(({ name }) => name)
  for (const { name, needs = [] } of GATE_STEPS) {
    expect(needs.every((one) => names.slice(0, names.indexOf(name)).includes(one))).toBe(true)
  }
})
