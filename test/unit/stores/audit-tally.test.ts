import { describe, expect, it } from 'vitest'
import { alarmOf, countingAudits, tallyOf } from '../../../src/stores/audit-tally.ts'
import { audit, committee, SILENT_VERIFIER, TOLERANT_VERIFIER, verifier } from '../../doubles/sample-audits.ts'
import { locus, report } from '../../doubles/sample-locus.ts'

const BEYOND = { verdict: 'fail', reason: 'check/margins', segment: 0, statistic: '' } as const

describe('what became of those who were drawn', () => {
  it('counts each of them once, and wrong numbers as no answer', () => {
    const outcomes = ['pass', 'fail', 'inconclusive', 'silent', 'faulty'] as const
    const verifiers = outcomes.map((outcome) => verifier({ outcome }))
    expect(tallyOf(verifiers)).toEqual({ right: 1, wrong: 1, undecided: 1, unheard: 2, of: 5 })
  })

  it('hears no audit that was held wrongly, and none that the lottery did not call for', () => {
    const fault = { code: 'audit/beacon', message: 'm' }
    const counting = countingAudits(locus({ audits: [audit({ fault }), audit({ isDrawn: false }), audit()] }))
    expect(counting).toEqual([audit()])
  })
})

describe('an alarm', () => {
  it('is nobody’s where everybody found it right or kept silent', () => {
    expect(alarmOf(locus())).toBeNull()
    expect(alarmOf(locus({ audits: [audit({ verifiers: [TOLERANT_VERIFIER, SILENT_VERIFIER] })] }))).toBeNull()
  })

  it('is raised by a drawn verifier, and not by the committee that it convened', () => {
    const alarmed = audit({ verifiers: [verifier({ outcome: 'fail' }), TOLERANT_VERIFIER] })
    expect(alarmOf(locus({ audits: [alarmed, committee(7)] }))).toEqual({ isOwn: false, others: 1 })
  })

  it('is raised by this device through limits, but not through equality, which settles it', () => {
    expect(alarmOf(locus({ own: BEYOND, report: report({ exactPair: false }) }))).toEqual({ isOwn: true, others: 0 })
    expect(alarmOf(locus({ own: BEYOND }))).toBeNull()
    expect(alarmOf(locus({ own: BEYOND, report: null }))).toBeNull()
  })
})
