import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  ALARM,
  AUDITS_PER_YEAR,
  type AuditFinding,
  addAudit,
  type EvidenceState,
  EvidenceStateSchema,
  FALSE_ALARMS_PER_YEAR,
  falseAlarmBound,
  isAlarm,
  MAX_PER_VERIFIER,
  NO_EVIDENCE,
} from '../../../../src/protocol/reputation/sequential-evidence.ts'

const owner = (i: number): string => i.toString(16).padStart(64, '0')
const one = (i: number, lambda: number): AuditFinding[] => [{ owner: owner(i), lambda }]

function afterAudits(audits: readonly AuditFinding[][]): EvidenceState {
  return audits.reduce<EvidenceState>((state, findings) => addAudit(state, findings), NO_EVIDENCE)
}

test('the alarm is at ln(audits per year / 10⁻⁶), about 24.7', () => {
  expect(ALARM).toBeCloseTo(Math.log(AUDITS_PER_YEAR / FALSE_ALARMS_PER_YEAR), 12)
  expect(Math.abs(ALARM - 24.7)).toBeLessThan(0.05)
})

describe('what it takes to alarm', () => {
  test('one audit never does, whoever checked and whatever they say', () => {
    const everybody = Array.from({ length: 16 }, (_, i) => ({ owner: owner(i), lambda: 1e9 }))
    expect(afterAudits([everybody]).score).toBeCloseTo(3, 12)
  })

  test('one verifier never does, and neither do two', () => {
    const audits = Array.from({ length: 1_000 }, (_, i) => one(i % 2, 3))
    const state = afterAudits(audits)
    expect(state.score).toBeCloseTo(2 * MAX_PER_VERIFIER, 9)
    expect(isAlarm(state)).toBe(false)
  })

  test('three that agree for nine audits do', () => {
    const audits = Array.from({ length: 9 }, (_, i) => one(i % 3, 3))
    expect(isAlarm(afterAudits(audits.slice(0, 8)))).toBe(false)
    expect(isAlarm(afterAudits(audits))).toBe(true)
  })

  test('a hundred keys of one owner are one voice', () => {
    const audits = Array.from({ length: 100 }, () => [
      { owner: owner(1), lambda: 3 },
      { owner: owner(1), lambda: 3 },
    ])
    expect(afterAudits(audits).score).toBeCloseTo(MAX_PER_VERIFIER, 9)
  })
})

describe('what good work is worth', () => {
  test('no credit in advance: after a thousand good audits the alarm is as near as at first', () => {
    const good = afterAudits(Array.from({ length: 1_000 }, (_, i) => one(i % 5, -0.5)))
    expect(good).toEqual({ ...NO_EVIDENCE, audits: 1_000 })
  })

  test('it takes back at most half a nat an audit', () => {
    const bad = afterAudits([one(1, 3), one(2, 3)])
    expect(addAudit(bad, one(3, -1e9)).score).toBeCloseTo(5.5, 12)
  })

  test('what went back to nothing is forgotten, with who had said it', () => {
    const state = afterAudits([one(1, 0.4), one(2, -0.5)])
    expect(state).toEqual({ ...NO_EVIDENCE, audits: 2 })
  })
})

const finding = fc.record({ owner: fc.nat(5).map(owner), lambda: fc.double() })
const audits = fc.array(fc.array(finding, { maxLength: 4 }), { maxLength: 60 })

describe('whatever verifiers say', () => {
  test('the score is finite, not negative, and never more than what they have added', () => {
    fc.assert(
      fc.property(audits, (list) => {
        const state = afterAudits(list)
        const added = state.added.reduce((sum, { nats }) => sum + nats, 0)
        expect(state.score).toBeGreaterThanOrEqual(0)
        expect(state.score).toBeLessThanOrEqual(added + 1e-9)
        expect(state.audits).toBe(list.length)
      }),
    )
  })

  test('the state can be stored and read again', () => {
    fc.assert(
      fc.property(audits, (list) => {
        expect(v.is(EvidenceStateSchema, afterAudits(list))).toBe(true)
      }),
    )
  })

  test('an audit never moves the score by more than the clamps', () => {
    fc.assert(
      fc.property(audits, fc.array(finding, { maxLength: 4 }), (list, last) => {
        const before = afterAudits(list)
        const change = addAudit(before, last).score - before.score
        expect(change).toBeLessThanOrEqual(3 + 1e-9)
        expect(change).toBeGreaterThanOrEqual(-0.5 - 1e-9)
      }),
    )
  })
})

test('stored states that are none are refused', () => {
  const added = [{ owner: owner(1), nats: 1 }]
  const refused = [
    { ...NO_EVIDENCE, version: 2 },
    { ...NO_EVIDENCE, score: -1 },
    { ...NO_EVIDENCE, score: Number.NaN },
    { ...NO_EVIDENCE, added: [...added, ...added] },
    { ...NO_EVIDENCE, added: [{ owner: owner(1), nats: ALARM }] },
    { ...NO_EVIDENCE, note: '' },
  ]
  for (const state of refused) expect(v.is(EvidenceStateSchema, state)).toBe(false)
})

test('a false alarm has a probability below 10⁻⁶ per job, and none is promised for weights that calibration did not justify', () => {
  expect(falseAlarmBound(0.8, 1_000_000)).toBeLessThan(1e-6)
  expect(falseAlarmBound(0.8, 1_000_000) * AUDITS_PER_YEAR).toBeCloseTo(0.8 * FALSE_ALARMS_PER_YEAR, 12)
  expect(falseAlarmBound(0.8, 50_000)).toBeCloseTo(0.05 * falseAlarmBound(0.8, 1_000_000), 20)
  expect(falseAlarmBound(1.01, 50_000)).toBe(1)
})

test('with a low alarm the bound holds in simulation: honest walks alarm less often than it says', () => {
  // The same walk with h = 6: λ is 3 once in 100 audits, else −½, so E[e^λ] = 0.80.
  let state = 99
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const h = 6
  let crossings = 0
  const steps = 200_000
  let score = 0
  for (let i = 0; i < steps; i++) {
    score = Math.max(0, score + (uniform() < 0.01 ? 3 : -0.5))
    if (score < h) continue
    crossings++
    score = 0
  }
  const bound = (0.01 * Math.exp(3) + 0.99 * Math.exp(-0.5)) * Math.exp(-h)
  expect(crossings / steps).toBeLessThan(bound)
})
