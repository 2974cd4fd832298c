import { describe, expect, it } from 'vitest'
import { locusInWords } from '../../../../src/ui/wording/locus-wording.ts'
import { leg, locus, OTHER_PEER, report, WEBGPU_CELL } from '../../../doubles/sample-locus.ts'

describe('the sentence of a locus', () => {
  it('says who computed, on what, over what connection, and what this device found', () => {
    expect(locusInWords(locus())).toBe(
      'Computed by peer 12D3…Qxx7 on one-thread WASM over a direct WebRTC connection. Re-checked on this device: 96 of 96 tokens and 3 of 3 segments identical.',
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
        verdict: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '94/96 tokens' },
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
        verdict: { verdict: 'fail', reason: 'check/token-rule', segment: 1, statistic: '61/96 tokens' },
      }),
    )
    expect(sentence).toContain('it does not hold: 61 of 96 tokens follow from the model')
    expect(sentence).toContain('Its tokens do not follow from the model')
    expect(sentence).not.toContain('identical')
  })

  it('says that nobody checked when nobody did', () => {
    const unchecked = locus({ checkedBy: { kind: 'nobody', reason: 'The model is not on this device.' }, report: null })
    expect(locusInWords(unchecked)).toMatch(/Not checked: the model is not on this device\.$/)
  })
})
