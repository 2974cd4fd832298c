import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  afterFailure,
  afterPass,
  afterUnaudited,
  auditRate,
  DEFAULT_DETERRENCE,
  type Deterrence,
  deterrenceRate,
  MIN_AUDIT_RATE,
  NEWCOMER,
  NEWCOMER_JOBS,
  NEWCOMER_RESULTS,
  type ProviderRecord,
  ProviderRecordSchema,
} from '../../../../src/protocol/reputation/audit-rate.ts'
import { CERTAIN } from '../../../../src/protocol/selection/lottery.ts'

const record = (jobs: number, validResults: number): ProviderRecord => ({ ...NEWCOMER, jobs, validResults })
const rate = (jobs: number, validResults: number, change: Partial<Deterrence> = {}): number =>
  auditRate(record(jobs, validResults), { ...DEFAULT_DETERRENCE, ...change })

describe('the rate', () => {
  test('is 1 for newcomers: until ten valid results, and for the first twenty jobs', () => {
    expect(rate(0, 0)).toBe(CERTAIN)
    expect(rate(1_000, NEWCOMER_RESULTS - 1)).toBe(CERTAIN)
    expect(rate(NEWCOMER_JOBS - 1, NEWCOMER_JOBS - 1)).toBe(CERTAIN)
    expect(rate(NEWCOMER_JOBS, NEWCOMER_JOBS)).toBe(CERTAIN / 2)
  })

  test('falls as ten over the valid results, to one in twenty and no further', () => {
    expect(rate(1_000, 100)).toBe(100_000)
    expect(rate(10_000, 10_000)).toBe(MIN_AUDIT_RATE)
    expect(rate(1e9, 1e9)).toBe(MIN_AUDIT_RATE)
  })

  test('does not fall below what deters, whatever the record', () => {
    const thin = { stake: 5 }
    const needed = deterrenceRate({ ...DEFAULT_DETERRENCE, ...thin })
    expect(needed).toBeCloseTo(0.9 / (6 * 0.8), 6)
    expect(rate(1e9, 1e9, thin)).toBe(Math.floor(needed * CERTAIN) + 1)
  })

  test('is 1 where nothing deters: no stake, all verifiers colluding, nothing detected', () => {
    for (const change of [{ stake: 0 }, { colluding: 1 }, { detection: 0 }])
      expect(rate(1e6, 1e6, change)).toBe(CERTAIN)
    expect(deterrenceRate({ ...DEFAULT_DETERRENCE, colluding: 1 })).toBe(Number.POSITIVE_INFINITY)
  })

  test('is a whole number of millionths, never higher for a better record or a larger stake', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true })
    const deterrence = fc.record({
      saved: amount,
      reward: amount,
      stake: amount,
      detection: share,
      falsePositive: share,
      colluding: share,
    })
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), deterrence, (jobs, validResults, terms) => {
        const now = auditRate(record(jobs, validResults), terms)
        expect(Number.isInteger(now)).toBe(true)
        expect(now).toBeGreaterThanOrEqual(MIN_AUDIT_RATE)
        expect(now).toBeLessThanOrEqual(CERTAIN)
        expect(auditRate(record(jobs + 1, validResults + 1), terms)).toBeLessThanOrEqual(now)
        expect(auditRate(record(jobs, validResults), { ...terms, stake: terms.stake + 1 })).toBeLessThanOrEqual(now)
      }),
    )
  })
})

test('a failure makes a newcomer of the best record', () => {
  const best = record(1e6, 1e5)
  const fallen = afterFailure(best)
  expect(fallen).toEqual({ ...NEWCOMER, failures: 1 })
  expect(auditRate(fallen, DEFAULT_DETERRENCE)).toBe(CERTAIN)
  expect(v.is(ProviderRecordSchema, fallen)).toBe(true)
})

test('work that nobody audited proves nothing', () => {
  let quiet = NEWCOMER
  for (let i = 0; i < 1_000; i++) quiet = afterUnaudited(quiet)
  expect(auditRate(quiet, DEFAULT_DETERRENCE)).toBe(CERTAIN)
  expect(afterPass(quiet)).toMatchObject({ jobs: 1_001, validResults: 1 })
})

describe('the sleeper', () => {
  /** Expected gain over honest work, when from here on it cheats wherever `plan` says so, exactly: it lives until it is convicted. */
  function expectedGain(start: ProviderRecord, plan: readonly boolean[], terms: Deterrence): number {
    const conviction = (1 - terms.colluding) * terms.detection
    let alive = 1
    let gain = 0
    let now = start
    for (const cheats of plan) {
      const audited = auditRate(now, terms) / CERTAIN
      if (cheats) {
        gain += alive * (terms.saved - audited * conviction * (terms.reward + terms.stake))
        alive *= 1 - audited * conviction
      }
      // The luckiest course for it: every job that did not convict it is one more passed audit.
      now = afterPass(now)
    }
    return gain
  }

  test('a thousand good jobs do not buy a thousand free cheats', () => {
    const start = record(1_000, 1_000)
    const gains = [1, 10, 100, 1_000].map((cheats) =>
      expectedGain(
        start,
        Array.from({ length: cheats }, () => true),
        DEFAULT_DETERRENCE,
      ),
    )
    for (const gain of gains) expect(gain).toBeLessThan(0)
    // It is convicted after twenty-five on average, and pays for them with its stake.
    expect(gains.at(-1)).toBeLessThan(-25)
  })

  test('no strategy of honest and cheating jobs has a gain, whatever the record before', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(fc.boolean(), { maxLength: 200 }), (good, plan) => {
        const gain = expectedGain(record(good, good), plan, DEFAULT_DETERRENCE)
        expect(plan.includes(true) ? gain < 0 : gain === 0).toBe(true)
      }),
    )
  })

  test('neither has any other stake, reward, saving, detection or collusion, as long as some rate deters', () => {
    const terms = fc.record({
      saved: fc.double({ min: 0.01, max: 10, noNaN: true }),
      reward: fc.double({ min: 0.01, max: 10, noNaN: true }),
      stake: fc.double({ min: 0, max: 1_000, noNaN: true }),
      detection: fc.double({ min: 0.01, max: 1, noNaN: true }),
      falsePositive: fc.constant(0),
      colluding: fc.double({ min: 0, max: 0.9, noNaN: true }),
    })
    fc.assert(
      fc.property(terms, fc.nat(10_000), fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (one, good, plan) => {
        fc.pre(plan.includes(true) && deterrenceRate(one) < 1 - 1e-6)
        expect(expectedGain(record(good, good), plan, one)).toBeLessThan(0)
      }),
    )
  })
})
