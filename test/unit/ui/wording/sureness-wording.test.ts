import { describe, expect, it } from 'vitest'
import type { Locus } from '../../../../src/stores/index.ts'
import { ownInWords } from '../../../../src/ui/wording/own-wording.ts'
import { surenessInWords } from '../../../../src/ui/wording/sureness-wording.ts'
import { audit, CONDEMNED, committee, SILENT_VERIFIER, verifier } from '../../../doubles/sample-audits.ts'
import { locus, report } from '../../../doubles/sample-locus.ts'

const VERSION = '4f'.repeat(32)
const WRONG = { verdict: 'fail', reason: 'check/rows-mismatch', segment: 0, statistic: '' } as const
const UNSURE = { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '' } as const

function sure(changes: Partial<Locus>, thresholds: string | null = VERSION): string {
  return surenessInWords(locus(changes), thresholds)
}

describe('how sure an answer leaves one', () => {
  it('is as sure as hash and page where bits were equal', () => {
    expect(sure({})).toContain('only a broken hash function or this page itself could hide a difference')
  })

  it('names what could look alike where bits were others', () => {
    expect(sure({ verdict: WRONG })).toContain('Only a fault of its own memory could look alike')
    expect(sure({ verdict: WRONG, report: null })).toContain('without computing')
  })

  it('names the version of the limits, and what would slip through them', () => {
    const limits = { settledBy: 'own-thresholds' as const }
    expect(sure(limits)).toContain('by limits (version 4f4f…4f4f) and not bit for bit')
    expect(sure(limits)).toContain('would pass.')
    expect(sure(limits, null)).toContain('by limits and not')
    expect(sure({ ...limits, audits: [audit()] })).toContain('2 of 2 others, drawn by lot, found it right too.')
  })

  it('counts the others where it rests on them', () => {
    const audits = [audit({ verifiers: [verifier(), SILENT_VERIFIER] })]
    expect(sure({ settledBy: 'attestations', audits })).toContain('1 of 2 others, drawn by lot, found it right')
    expect(sure({ settledBy: 'committee', audits: [audit(), committee(1)] })).toContain('13 of 15 others')
    expect(surenessInWords(CONDEMNED, null)).toContain(
      '13 of 15 others, drawn by lot, found it wrong. It could be right',
    )
  })

  it('does not pretend where nobody is to be believed', () => {
    expect(sure({ settledBy: 'nobody', verdict: UNSURE })).toContain('Not sure at all')
    const disputed = { ...UNSURE, reason: 'check/disputed' } as const
    expect(sure({ settledBy: 'nobody', verdict: disputed })).toContain('do not agree')
  })

  it('says identical of nothing but bits', () => {
    const all = [{ settledBy: 'own-thresholds' }, { settledBy: 'attestations' }, { settledBy: 'committee' }] as const
    for (const each of all) expect(sure(each)).not.toContain('identical')
  })
})

describe('this device’s own part', () => {
  it('is told in words that fit how it compared', () => {
    const tolerant = report({ exactPair: false })
    const found = (changes: Partial<Locus>) => ownInWords(locus(changes)).found
    expect(found({})).toBe('found it identical')
    expect(found({ report: tolerant })).toBe('found it within honest limits')
    expect(found({ own: WRONG })).toBe('found it wrong')
    expect(found({ own: WRONG, report: tolerant })).toBe('found it beyond honest limits')
    expect(found({ own: UNSURE })).toBe('could not tell')
    expect(found({ own: UNSURE, checkedBy: { kind: 'nobody', reason: 'r' } })).toBe('could not compute it')
  })
})
