import { describe, expect, it } from 'vitest'
import { bundleCheckInWords, invalidInWords, sourceInWords } from '../../../../src/ui/wording/bundle-check-wording.ts'
import { locus, PEER } from '../../../doubles/sample-locus.ts'

const TEXTS = { message: 'm', nextStep: 'n' }

describe('a check in words', () => {
  it('has a sentence for every stage', () => {
    const done = { state: 'done', locus: locus(), text: '', prompt: '', attestation: null } as const
    const stages = [{ state: 'reading' }, { state: 'fetching' }, { state: 'checking' }, done] as const
    expect(new Set(stages.map(bundleCheckInWords)).size).toBe(4)
    expect(bundleCheckInWords(done)).toContain('Checked again from its evidence.')
  })

  it('names where the evidence came from', () => {
    expect(sourceInWords({ kind: 'file', name: 'a.json' })).toBe('a.json')
    expect(sourceInWords({ kind: 'link', peerId: PEER, hash: 'd1'.repeat(32) })).toBe(
      'Evidence d1d1…d1d1, shared by peer 12D3…Qxx7',
    )
  })

  it('does not call evidence worthless because it could not be had', () => {
    expect(invalidInWords({ code: 'receipt/signature', ...TEXTS })).toBe('This evidence proves nothing')
    expect(invalidInWords({ code: 'evidence/wrong-bytes', ...TEXTS })).toBe('This evidence proves nothing')
    expect(invalidInWords({ code: 'evidence/missing', ...TEXTS })).toBe('This was not checked')
    expect(invalidInWords({ code: 'network/peer-unreachable', ...TEXTS })).toBe('This was not checked')
  })
})
