import * as v from 'valibot'
import { CERTAIN } from '../selection/lottery.ts'
import { count } from '../wire/schemas.ts'

/** Millionths. Also the oldest provider is audited once in twenty answers, so that its owner's change of mind is seen within a day's work. */
export const MIN_AUDIT_RATE = 50_000

/** Passed audits in a row before a record counts for anything (BOINC's adaptive replication trusts a host after 10 valid results). */
export const NEWCOMER_RESULTS = 10

/** First jobs of a key, all audited: what a fresh identity has to earn honestly before it may hope to be unseen. */
export const NEWCOMER_JOBS = 20

/** What a provider has to show. Stored data is remote data: parsed again on read. */
export const ProviderRecordSchema = v.strictObject({
  version: v.literal(1),
  /** Since the last failure. */
  jobs: count(Number.MAX_SAFE_INTEGER),
  /** Passed audits since the last failure. */
  validResults: count(Number.MAX_SAFE_INTEGER),
  failures: count(Number.MAX_SAFE_INTEGER),
})
export type ProviderRecord = v.InferOutput<typeof ProviderRecordSchema>

export const NEWCOMER: ProviderRecord = { version: 1, jobs: 0, validResults: 0, failures: 0 }

/** Everything in one unit of value; shares and probabilities from 0 to 1. */
export interface Deterrence {
  /** C: what cheating on one job saves. */
  saved: number
  /** R: what the job pays. */
  reward: number
  /** S: what the provider loses when this one audit finds the cheat. Nothing where evidence has to add up first: across cells, everything is audited. */
  stake: number
  /** d: the probability that an audit of a cheat finds it. */
  detection: number
  /** f: the probability that an audit of honest work blames it. */
  falsePositive: number
  /** r: the share of verifiers' stake that would cover a cheat. */
  colluding: number
}

/** In rewards: cheating saves nearly all of a job's cost, a fifth of all stake colludes, equality finds every cheat. */
export const DEFAULT_DETERRENCE: Deterrence = {
  saved: 0.9,
  reward: 1,
  stake: 50,
  detection: 1,
  falsePositive: 1e-6,
  colluding: 0.2,
}

/**
 * The audit rate above which a cheat loses on average: p · (R + S) · ((1 − r)·d − f) > C. Above 1, or infinite, where no rate deters: the
 * stake is too small for what there is to gain, and such a provider's answers are only worth what the asker checks itself.
 */
export function deterrenceRate({ saved, reward, stake, detection, falsePositive, colluding }: Deterrence): number {
  const conviction = (1 - colluding) * detection - falsePositive
  return conviction > 0 ? saved / ((reward + stake) * conviction) : Number.POSITIVE_INFINITY
}

/**
 * How often this provider's answers are audited, in millionths. Everything for newcomers and after any failure; then 10/n for n valid
 * results, never below the floor and never below what deters. A record buys fewer audits down to there and not beyond, so each cheat
 * has a negative expectation by itself, however good the record: a thousand good jobs do not pay for one bad one.
 */
export function auditRate(record: ProviderRecord, deterrence: Deterrence): number {
  if (record.validResults < NEWCOMER_RESULTS || record.jobs < NEWCOMER_JOBS) return CERTAIN
  const deterring = deterrenceRate(deterrence)
  // One millionth above, since at equality a cheat costs nothing.
  const needed = deterring < 1 ? Math.floor(deterring * CERTAIN) + 1 : CERTAIN
  const decayed = Math.ceil((CERTAIN * NEWCOMER_RESULTS) / record.validResults)
  return Math.min(CERTAIN, Math.max(MIN_AUDIT_RATE, needed, decayed))
}

/** A job that nobody audited: it counts as work, not as proof. */
export function afterUnaudited(record: ProviderRecord): ProviderRecord {
  return { ...record, jobs: record.jobs + 1 }
}

export function afterPass(record: ProviderRecord): ProviderRecord {
  return { ...record, jobs: record.jobs + 1, validResults: record.validResults + 1 }
}

/** Any failure makes a newcomer of it again; an audit without a verdict is none. */
export function afterFailure(record: ProviderRecord): ProviderRecord {
  return { ...NEWCOMER, failures: record.failures + 1 }
}
