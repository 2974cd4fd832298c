import { describe, expect, it } from 'vitest'
import { locusInWords } from '../../../../src/ui/wording/locus-wording.ts'
import { audit, committee, SILENT_VERIFIER, verifier } from '../../../doubles/sample-audits.ts'
import { leg, locus, OTHER_PEER, report, WEBGPU_CELL } from '../../../doubles/sample-locus.ts'

describe('the sentence of a locus', () => {
  it('says who computed, on what, over what connection, and what this device found', () => {
    expect(locusInWords(locus())).toBe(
      'Computed by peer 12D3…Qxx7 on one-thread WASM over a direct WebRTC connection. Re-checked on this device: 96 of 96 tokens and 3 of 3 segments identical. Nobody else is online who could check it.',
    )
  })

  it('names every provider of a resumed answer and where it took over', () => {
    const legs = [leg({ peerId: OTHER_PEER, tokens: 32 }), leg({ firstToken: 32, tokens: 64 })]
    expect(locusInWords(locus({ legs }))).toContain(
      'Begun by peer 12D3…n9Kd on one-thread WASM over a direct WebRTC connection, and continued at token 33 by peer 12D3…Qxx7 on one-thread WASM with the same seed.',
    )
  })

  it('does not claim a connection that an imported file cannot know', () => {
    expect(locusInWords(locus({ legs: [leg({ connection: null })] }))).toContain(
      'Computed by peer 12D3…Qxx7 on one-thread WASM. ',
    )
  })

  it('calls a connection direct only when no relay carries it', () => {
    const connection = { transport: 'webrtc', limited: true, remoteAddr: '' } as const
    expect(locusInWords(locus({ legs: [leg({ connection })] }))).toContain('over a connection through the relay.')
  })

  it('does not say identical across cells', () => {
    const sentence = locusInWords(
      locus({
        legs: [leg({ cell: WEBGPU_CELL })],
        report: report({ exactPair: false, tokensMatched: 94 }),
        own: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '94/96 tokens' },
      }),
    )
    expect(sentence).toContain('on WebGPU (apple metal-3)')
    expect(sentence).toContain('94 of 96 tokens come out the same, and no bits can be compared.')
    expect(sentence).not.toContain('identical')
  })

  it('does not say identical when the check failed, and says why', () => {
    const sentence = locusInWords(
      locus({
        report: report({ tokensMatched: 61, firstTokenMismatch: 33 }),
        own: { verdict: 'fail', reason: 'check/token-rule', segment: 1, statistic: '61/96 tokens' },
      }),
    )
    expect(sentence).toContain('it does not hold: 61 of 96 tokens follow from the model')
    expect(sentence).toContain('Its tokens do not follow from the model')
    expect(sentence).not.toContain('identical')
  })

  it('says within limits of a pass across cells, and beyond them of a failure', () => {
    const across = { legs: [leg({ cell: WEBGPU_CELL })], report: report({ exactPair: false, tokensMatched: 95 }) }
    const within = locusInWords(locus({ ...across, settledBy: 'own-thresholds' }))
    expect(within).toContain('95 of 96 tokens come out the same, and all numbers stay within what honest devices')
    expect(within).not.toContain('identical')
    const own = { verdict: 'fail', reason: 'check/margins', segment: 1, statistic: '' } as const
    expect(locusInWords(locus({ ...across, own }))).toContain('but it does not hold. Its tokens stray from the model')
  })

  it('tells what those found who were drawn, and why a committee was convened', () => {
    const alarmed = audit({ verifiers: [verifier({ outcome: 'fail' }), SILENT_VERIFIER] })
    const sentence = locusInWords(locus({ audits: [alarmed, committee(1)], auditNote: null }))
    expect(sentence).toContain(
      '2 others were drawn by lot to check it: 1 of 2 found it wrong and 1 gave no answer that counts. ' +
        'A committee of 15 was convened, because 1 verifier who was drawn found it wrong: 13 of 15 found it right, ' +
        '1 found it wrong and 1 gave no answer that counts.',
    )
  })

  it('says that nobody checked when nobody did', () => {
    const unchecked = locus({
      checkedBy: { kind: 'nobody', reason: 'The model is not on this device.' },
      report: null,
      auditNote: null,
    })
    expect(locusInWords(unchecked)).toMatch(/Not checked here: the model is not on this device\.$/)
  })
})
