import { describe, expect, it } from 'vitest'
import type { ModelOnDevice, Notice } from '../../../../src/stores/index.ts'
import { askInWords } from '../../../../src/ui/wording/ask-wording.ts'
import { cellFacts, cellInWords } from '../../../../src/ui/wording/cell-wording.ts'
import { coresInWords, gpuInWords } from '../../../../src/ui/wording/device-wording.ts'
import { modelInWords } from '../../../../src/ui/wording/model-wording.ts'
import { networkInWords } from '../../../../src/ui/wording/network-wording.ts'
import { noticeInWords } from '../../../../src/ui/wording/notice-wording.ts'
import { samplerInWords } from '../../../../src/ui/wording/receipt-wording.ts'
import { segmentsInWords } from '../../../../src/ui/wording/segments-wording.ts'
import { selfTestSummary } from '../../../../src/ui/wording/self-test-wording.ts'
import { creativityInWords, lengthInWords } from '../../../../src/ui/wording/settings-wording.ts'
import { shortId } from '../../../../src/ui/wording/short-id.ts'
import { ENGINE, PEER, WASM_CELL, WEBGPU_CELL } from '../../../doubles/sample-locus.ts'

describe('plain words', () => {
  it('shortens an id in the middle and leaves a short one alone', () => {
    expect([shortId(PEER), shortId('abcdefghi')]).toEqual(['12D3…Qxx7', 'abcdefghi'])
  })

  it('does not call a device without GPU before it has looked', () => {
    expect(gpuInWords(null)).not.toContain('GPU')
    expect(gpuInWords({ gpu: null, browser: 'Firefox 153', cores: 0 })).toContain('No GPU')
    expect(gpuInWords({ gpu: 'apple metal-3', browser: 'Chromium 156', cores: 8 })).toBe(
      'GPU: apple metal-3, through WebGPU',
    )
    expect([coresInWords(0), coresInWords(8)]).toEqual(['', ', 8 cores'])
  })

  it('says how much of the model is on this device', () => {
    const model = { name: 'Stories', totalBytes: 8_800_000 }
    const inState = (status: ModelOnDevice['status']) => modelInWords({ ...model, status })
    expect(inState({ state: 'absent' })).toBe('Stories, 8.8 MB, not on this device yet')
    expect(inState({ state: 'partial', haveBytes: 5_800_000, totalBytes: 8_800_000 })).toContain('3.0 MB of it still')
    expect(inState({ state: 'complete', totalBytes: 8_800_000 })).toBe('Stories, 8.8 MB, on this device')
  })

  it('calls cells by what runs them', () => {
    expect(cellInWords({ ...WASM_CELL, threads: 4 })).toBe('WASM with 4 threads')
    expect(cellInWords({ ...WEBGPU_CELL, vendor: '', architecture: '' })).toBe('WebGPU')
    expect(cellFacts({ ...WEBGPU_CELL, exactness: { kind: 'none' } }).at(-1)?.value).toContain('not bit for bit')
  })

  it('reports the provider that was refused before the one that was chosen', () => {
    expect(selfTestSummary(ENGINE.selfTests)).toBe(
      'The GPU answered wrongly from 32 tokens on, so it is not used. The processor answered all six questions correctly.',
    )
  })

  it('keeps running numbers of a streaming answer out of what is read out', () => {
    const connection = { transport: 'webrtc', limited: false, remoteAddr: '' } as const
    const at = (tokens: number) =>
      askInWords({ state: 'streaming', peerId: PEER, connection, tokens, committed: 32, legs: 1 })
    expect(at(40).status).toBe(at(41).status)
    expect(at(40).detail).toBe('40 tokens, 32 committed')
  })

  it('says what the network does and, when it fails, what to do', () => {
    expect(networkInWords({ state: 'online', relayPeer: PEER, peers: 1 })).toContain('1 peer connected')
    const unreachable = {
      state: 'unreachable',
      code: 'network/relay-unreachable',
      message: 'Gone.',
      nextStep: 'Wait.',
    } as const
    expect(networkInWords(unreachable)).toBe('Gone. Wait.')
  })

  it('gives every notice a next step', () => {
    const error = { code: 'job/busy', message: 'Busy.', nextStep: 'Wait.' } as const
    const notices: Notice[] = [
      { kind: 'storage-unavailable' },
      { kind: 'no-webgpu' },
      { kind: 'relay-unreachable' },
      { kind: 'failure', error },
    ]
    for (const notice of notices) expect(noticeInWords(notice).nextStep).not.toBe('')
  })

  it('says settings as they act', () => {
    expect(creativityInWords(0)).toBe('always the likeliest word')
    expect(creativityInWords(800)).toBe('balanced')
    expect(lengthInWords(96)).toBe('up to 96 tokens, about 60 words')
    expect(samplerInWords({ temperatureMilli: 0, topK: 1, topPMilli: 1_000 })).toBe('Each token is the likeliest one.')
    expect(samplerInWords({ temperatureMilli: 800, topK: 40, topPMilli: 950 })).toContain('top-p 0.95')
  })

  it('counts segments by what became of them', () => {
    expect(segmentsInWords(['same', 'same', 'different'])).toBe('3 segments: 2 identical, 1 different')
    expect(segmentsInWords([])).toBe('0 segments: none yet')
  })
})
