import { describe, expect, it } from 'vitest'
import { inMeasure } from '../../../../src/ui/wording/amounts.ts'
import { alarmInWords, auditsInWords, drawInWords } from '../../../../src/ui/wording/audit-wording.ts'
import { rateInWords } from '../../../../src/ui/wording/rate-wording.ts'
import { tallyInWords } from '../../../../src/ui/wording/tally-wording.ts'
import { verifierInWords, verifierReasonInWords } from '../../../../src/ui/wording/verifier-wording.ts'
import { audit, SILENT_VERIFIER, TOLERANT_VERIFIER, verifier } from '../../../doubles/sample-audits.ts'
import { locus } from '../../../doubles/sample-locus.ts'

const NOBODY = { right: 0, wrong: 0, undecided: 0, unheard: 0 }

describe('a rate in words', () => {
  it('counts out of the smallest round number of answers that makes at least one', () => {
    expect([1_000_000, 50_000, 123_456, 10_000, 9_000, 1, 0].map(rateInWords)).toEqual([
      'all are drawn',
      '5 in 100 are drawn',
      '12.3 in 100 are drawn',
      '1 in 100 is drawn',
      '9 in 1,000 are drawn',
      '1 in 1,000,000 is drawn',
      'none is drawn',
    ])
  })
})

describe('a draw in words', () => {
  it('says which round drew how many of how many, and how often it does', () => {
    expect(drawInWords(audit({ rateMillionths: 50_000 }))).toEqual({
      title: 'The draw',
      detail: 'Public chance, round 32,402,118, drew 2 of 12 on the list. Of answers like this, 5 in 100 are drawn.',
    })
    expect(drawInWords(audit({ stage: 'committee' })).detail).toBe(
      'Public chance, round 32,402,118, drew 2 of 12 on the list.',
    )
  })

  it('says plainly that the lot did not fall on an answer', () => {
    const { title, detail } = drawInWords(audit({ isDrawn: false, rateMillionths: 50_000, verifiers: [] }))
    expect([title, detail]).toEqual(['Not drawn', 'The lottery did not fall on this answer: 5 in 100 are drawn.'])
    expect(drawInWords(audit({ verifiers: [] })).detail).toContain('nobody else could be drawn')
  })

  it('says of an audit that was held wrongly that it counts for nothing, and why', () => {
    const beacon = audit({ fault: { code: 'audit/beacon', message: 'raw' } })
    expect(drawInWords(beacon)).toEqual({
      title: 'Counts for nothing',
      detail: 'The number that drew the verifiers is not one that its source signed after the call.',
    })
    expect(auditsInWords(locus({ audits: [beacon], auditNote: null }))).toBe(
      'What others say of it counts for nothing: the number that drew the verifiers is not one that its source signed after the call.',
    )
    expect(drawInWords(audit({ fault: { code: 'audit/of-tomorrow', message: 'Unheard of.' } })).detail).toBe(
      'Unheard of.',
    )
  })
})

describe('verifiers in words', () => {
  it('claims equal bits only of those who could compare them', () => {
    expect(verifierInWords(verifier())).toEqual({
      tone: 'pass',
      found: 'found it identical',
      device: 'one-thread WASM, bit for bit',
    })
    expect(verifierInWords(TOLERANT_VERIFIER)).toEqual({
      tone: 'pass',
      found: 'found it within honest limits',
      device: 'WebGPU (apple metal-3), by limits',
    })
  })

  it('gives no colour to those who said nothing that counts', () => {
    expect(verifierInWords(SILENT_VERIFIER)).toEqual({ tone: 'none', found: 'did not answer', device: '' })
    const liar = verifier({ outcome: 'faulty', reason: 'audit/probes' })
    expect(verifierInWords(liar)).toMatchObject({ tone: 'none', found: 'showed wrong numbers' })
    expect(verifierReasonInWords(liar)).toContain('numbers that only somebody who computed could know')
    expect(verifierReasonInWords(verifier({ reason: 'constructor' }))).toBe('')
  })

  it('counts them as people do', () => {
    expect(tallyInWords({ ...NOBODY, right: 1, of: 1 })).toBe('that one found it right')
    expect(tallyInWords({ ...NOBODY, right: 2, of: 2 })).toBe('both found it right')
    expect(tallyInWords({ ...NOBODY, wrong: 15, of: 15 })).toBe('all 15 found it wrong')
    expect(tallyInWords({ ...NOBODY, right: 1, undecided: 1, unheard: 2, of: 4 })).toBe(
      '1 of 4 found it right, 1 could not tell and 2 gave no answers that count',
    )
  })

  it('names who raised an alarm', () => {
    expect(alarmInWords({ isOwn: true, others: 0 })).toBe('this device finds it beyond honest limits')
    expect(alarmInWords({ isOwn: true, others: 2 })).toBe(
      'this device finds it beyond honest limits and 2 verifiers who were drawn found it wrong',
    )
  })

  it('shows a measured number no finer than anybody needs', () => {
    expect([3, 0.4117, 0].map(inMeasure)).toEqual(['3', '0.41', '0'])
  })
})
