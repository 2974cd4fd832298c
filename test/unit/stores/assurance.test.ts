import { describe, expect, it } from 'vitest'
import { assuranceOf } from '../../../src/stores/index.ts'
import { audit, CONDEMNED, SILENT_VERIFIER, verifier } from '../../doubles/sample-audits.ts'
import { locus } from '../../doubles/sample-locus.ts'

const WRONG = { verdict: 'fail', reason: 'check/rows-mismatch', segment: 0, statistic: '' } as const
const UNSURE = { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '' } as const
const AUDITED = { audits: [audit({ verifiers: [verifier(), SILENT_VERIFIER] })] }
const HEARD = { right: 1, wrong: 0, undecided: 0, unheard: 1, of: 2 }

describe('what stands between a verdict and its being mistaken', () => {
  it('is this device alone where it computed the bits, whatever others say', () => {
    expect(assuranceOf(locus(AUDITED))).toEqual({ kind: 'equal-bits' })
    expect(assuranceOf(locus({ ...AUDITED, verdict: WRONG }))).toEqual({ kind: 'other-bits' })
    expect(assuranceOf(locus({ verdict: WRONG, report: null }))).toEqual({ kind: 'broken-evidence' })
  })

  it('is limits, and those who were heard beside them', () => {
    expect(assuranceOf(locus({ settledBy: 'own-thresholds' }))).toEqual({ kind: 'within-limits', others: null })
    expect(assuranceOf(locus({ settledBy: 'own-thresholds', ...AUDITED }))).toEqual({
      kind: 'within-limits',
      others: HEARD,
    })
  })

  it('is the word of others, and of the last ones asked', () => {
    expect(assuranceOf(locus({ settledBy: 'attestations', ...AUDITED }))).toEqual({ kind: 'others', others: HEARD })
    expect(assuranceOf(CONDEMNED)).toMatchObject({ kind: 'committee', verdict: 'fail', others: { wrong: 13, of: 15 } })
  })

  it('is never an audit that was held wrongly', () => {
    const fault = { code: 'audit/roster', message: 'm' }
    const held = locus({ settledBy: 'own-thresholds', audits: [audit({ fault })] })
    expect(assuranceOf(held)).toEqual({ kind: 'within-limits', others: null })
  })

  it('is nobody, and a dispute is not the same as silence', () => {
    expect(assuranceOf(locus({ settledBy: 'nobody', verdict: UNSURE }))).toEqual({ kind: 'nobody' })
    const disputed = { ...UNSURE, reason: 'check/disputed' } as const
    expect(assuranceOf(locus({ settledBy: 'nobody', verdict: disputed }))).toEqual({ kind: 'disputed' })
  })
})
