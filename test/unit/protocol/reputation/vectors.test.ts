import { expect, test } from 'vitest'
import { auditRate, NEWCOMER } from '../../../../src/protocol/reputation/audit-rate.ts'
import { captureProbability, quorumOf } from '../../../../src/protocol/reputation/committee.ts'
import { honestGate, lambdaOf, lambdaOfAnswer } from '../../../../src/protocol/reputation/evidence-weight.ts'
import {
  addAudit,
  type EvidenceState,
  falseAlarmBound,
  isAlarm,
  NO_EVIDENCE,
} from '../../../../src/protocol/reputation/sequential-evidence.ts'
import vectors from '../../../vectors/cusum.json' with { type: 'json' }

test('scores and answers weigh what the file says, to the last bit', () => {
  for (const { score, lambda } of vectors.weights) expect(lambdaOf(score).toPrecision(17)).toBe(lambda)
  for (const { scores, lambda } of vectors.answers) expect(lambdaOfAnswer(scores).toPrecision(17)).toBe(lambda)
})

test.each(vectors.sequences)('$name: the evidence after each audit, to the last bit', ({ audits, scores, alarm }) => {
  let state: EvidenceState = NO_EVIDENCE
  const found = audits.map((findings) => {
    state = addAudit(state, findings)
    return state.score.toPrecision(17)
  })
  expect(found).toEqual(scores)
  expect(isAlarm(state)).toBe(alarm)
})

test.each(vectors.bounds)('false alarms at $rate millionths', ({ evidence, rate, bound }) => {
  expect(falseAlarmBound(evidence, rate).toPrecision(17)).toBe(bound)
})

test.each(vectors.gates)('the gate of $count scores', ({ count, step, mean, upperBound, passes }) => {
  const gate = honestGate(Array.from({ length: count }, (_, i) => i * step))
  expect(gate.mean.toPrecision(17)).toBe(mean)
  expect(gate.upperBound.toPrecision(17)).toBe(upperBound)
  expect(gate.passes).toBe(passes)
})

test.each(vectors.rates)('the rate of $validResults valid results in $jobs jobs', ({ deterrence, rate, ...record }) => {
  expect(auditRate({ ...NEWCOMER, ...record }, deterrence)).toBe(rate)
})

test.each(vectors.committees)('a committee of $seats', ({ seats, quorum, captureByAFifth }) => {
  expect(quorumOf(seats)).toBe(quorum)
  expect(captureProbability(0.2, seats).toPrecision(10)).toBe(captureByAFifth)
})
