import { describe, expect, it } from 'vitest'
import type { SettledBy } from '../../../../src/protocol/audit/conclude.ts'
import type { Verdict } from '../../../../src/protocol/evidence/judge.ts'
import type { RejectedAttempt } from '../../../../src/stores/index.ts'
import { rejectedInWords as inRejectedWords } from '../../../../src/ui/wording/rejected-wording.ts'
import { verdictInWords as inWords, settledByInWords } from '../../../../src/ui/wording/verdict-wording.ts'

const SETTLERS: SettledBy[] = ['own-equality', 'own-thresholds', 'attestations', 'committee', 'nobody']

function rejectedInWords(attempt: Pick<RejectedAttempt, 'code' | 'message'>) {
  return inRejectedWords({ peerId: 'p', locus: null, bundle: null, ...attempt })
}

function verdictInWords(verdict: Verdict, settledBy: SettledBy = 'own-equality') {
  return inWords({ verdict, settledBy })
}

describe('verdicts in words', () => {
  it('gives each of the three its own tone and label', () => {
    const pass = verdictInWords({ verdict: 'pass' })
    const fail = verdictInWords({
      verdict: 'fail',
      reason: 'check/rows-mismatch',
      segment: 1,
      statistic: '2/3 segments',
    })
    const unsure = verdictInWords({ verdict: 'inconclusive', reason: 'check/other-cell', statistic: '94/96 tokens' })
    expect([pass.tone, fail.tone, unsure.tone]).toEqual(['pass', 'fail', 'unsure'])
    expect(new Set([pass.label, fail.label, unsure.label]).size).toBe(3)
  })

  it('counts segments from one, as people do', () => {
    const { rule } = verdictInWords({
      verdict: 'fail',
      reason: 'check/token-rule',
      segment: 0,
      statistic: '0/96 tokens',
    })
    expect(rule).toContain('First seen in segment 1 (0/96 tokens).')
  })

  it('names no segment where the failure has none', () => {
    const { rule } = verdictInWords({ verdict: 'fail', reason: 'receipt/signature', segment: null, statistic: '' })
    expect(rule).toBe('The signature does not belong to these contents.')
  })

  it('calls a pass identical only where this device compared bits', () => {
    const passes = SETTLERS.map((settledBy) => verdictInWords({ verdict: 'pass' }, settledBy))
    expect(passes.filter(({ label, rule }) => /identical|bit for bit/.test(label + rule))).toEqual([passes[0]])
    expect(new Set(passes.map(({ label }) => label)).size).toBe(SETTLERS.length)
  })

  it('says of every verdict on whose word it rests', () => {
    const words = SETTLERS.map((settledBy) => settledByInWords({ settledBy }))
    expect(new Set(words).size).toBe(SETTLERS.length)
    expect(words.at(-1)).toContain('nobody')
  })

  it('tells a dispute from a comparison that could not be made', () => {
    const disputed = verdictInWords(
      { verdict: 'inconclusive', reason: 'check/disputed', statistic: '7 of 15' },
      'nobody',
    )
    expect(disputed).toMatchObject({ label: 'Disputed', tone: 'unsure' })
    expect(disputed.rule).toContain('Found: 7 of 15.')
    const unavailable = verdictInWords(
      { verdict: 'inconclusive', reason: 'check/unavailable', statistic: '' },
      'nobody',
    )
    expect(unavailable).toMatchObject({ label: 'Not decided', rule: 'This device could not re-compute the answer.' })
  })

  it('counts the voices of a committee that found it wrong', () => {
    const condemned = verdictInWords(
      { verdict: 'fail', reason: 'audit/attested-fail', segment: null, statistic: '1 of 15 found it right, 13 wrong' },
      'committee',
    )
    expect(condemned.label).toBe('Found wrong by a committee')
    expect(condemned.rule).toContain('Found: 1 of 15 found it right, 13 wrong.')
    const message = 'Its answer did not survive the check: 1 of 15 found it right, 13 wrong.'
    expect(rejectedInWords({ code: 'audit/attested-fail', message })).toContain('13 wrong')
  })

  it('explains a rejected attempt by its code and falls back to its own message', () => {
    expect(rejectedInWords({ code: 'check/token-rule', message: 'raw' })).toBe(
      "Another peer's answer was not used. Its tokens do not follow from the model, the seed and the settings.",
    )
    expect(rejectedInWords({ code: 'network/deadline', message: 'It took too long.' })).toBe(
      "Another peer's answer was not used. It took too long.",
    )
  })

  it('does not take an inherited name for a code', () => {
    expect(rejectedInWords({ code: 'toString', message: 'Odd.' })).toContain('Odd.')
  })
})
