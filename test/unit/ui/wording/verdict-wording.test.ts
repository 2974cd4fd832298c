import { describe, expect, it } from 'vitest'
import { rejectedInWords } from '../../../../src/ui/wording/rejected-wording.ts'
import { verdictInWords } from '../../../../src/ui/wording/verdict-wording.ts'

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

  it('explains a rejected attempt by its code and falls back to its own message', () => {
    expect(rejectedInWords({ peerId: 'p', code: 'check/token-rule', message: 'raw' })).toBe(
      "Another peer's answer was not used. Its tokens do not follow from the model, the seed and the settings.",
    )
    expect(rejectedInWords({ peerId: 'p', code: 'network/deadline', message: 'It took too long.' })).toBe(
      "Another peer's answer was not used. It took too long.",
    )
  })

  it('does not take an inherited name for a code', () => {
    expect(rejectedInWords({ peerId: 'p', code: 'toString', message: 'Odd.' })).toContain('Odd.')
  })
})
