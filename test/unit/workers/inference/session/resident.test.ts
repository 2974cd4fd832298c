import { describe, expect, it } from 'vitest'
import { createSeats } from '../../../../../workers/inference/session/captured-seats.ts'
import { createGpuBuffers } from '../../../../../workers/inference/session/gpu-buffers.ts'
import { createResidentDecoder } from '../../../../../workers/inference/session/resident-decoder.ts'
import { type ResidentHead, stagesOf } from '../../../../../workers/inference/session/resident-head.ts'
import {
  CANDIDATES,
  LOG_HEAD_WORDS,
  SEQUENCE_WORDS,
} from '../../../../../workers/inference/session/resident-shaders.ts'
import { afterSpan, MAX_SPAN, spanOf, timesOf } from '../../../../../workers/inference/session/resident-span.ts'
import { createMemoryGpu, memoryOf } from './memory-gpu.ts'

describe('how far the device runs alone', () => {
  it('is as far as makes a read-back a tenth of the time', () => {
    expect(spanOf({ stepMs: 4, readBackMs: 2 })).toBe(5)
    expect(spanOf({ stepMs: 10, readBackMs: 0.2 })).toBe(1)
  })

  it('is never so far that nothing is seen for a tenth of a second', () => {
    expect(spanOf({ stepMs: 30, readBackMs: 60 })).toBe(3)
    expect(spanOf({ stepMs: 500, readBackMs: 60 })).toBe(1)
    expect(spanOf({ stepMs: 0, readBackMs: 1 })).toBe(MAX_SPAN)
  })

  it('is found from a short span and a longer one, and follows what steps cost later', () => {
    const times = timesOf({ steps: 1, ms: 7 }, { steps: 4, ms: 16 })
    expect(times).toEqual({ stepMs: 3, readBackMs: 4 })
    expect(afterSpan(times, 10, 74)).toEqual({ stepMs: 4, readBackMs: 4 })
    expect(timesOf({ steps: 1, ms: 9 }, { steps: 4, ms: 5 })).toEqual({ stepMs: 0, readBackMs: 9 })
  })
})

describe('sorting rounds', () => {
  it.each([
    [40, [1]],
    [1_024, [1]],
    [1_025, [2, 1]],
    [151_936, [149, 10, 1]],
  ])('leave one workgroup for a vocabulary of %i', (vocabularySize, groups) => {
    const stages = stagesOf(vocabularySize)
    expect(stages.map((stage) => stage.groups)).toEqual(groups)
    for (const [i, stage] of stages.entries()) {
      expect(stage.count).toBe(i === 0 ? vocabularySize : (groups[i - 1] ?? 0) * CANDIDATES)
    }
  })
})

const HIDDEN = 2
const ENTRY = LOG_HEAD_WORDS + HIDDEN

/** A loop over a head that writes, step by step, what it was asked for into the log. */
function open(kept = CANDIDATES) {
  const { device } = createMemoryGpu()
  const gpuBuffers = createGpuBuffers(device)
  const seats = createSeats(4)
  seats.swap(0, 2)
  let entry = 0
  const head: ResidentHead = {
    sequences: gpuBuffers.storage(4 * SEQUENCE_WORDS * 4),
    log: gpuBuffers.storage(MAX_SPAN * 4 * ENTRY * 4),
    entryWords: ENTRY,
    advance(_pass, _step, count) {
      const bytes = memoryOf(head.log).bytes.buffer
      for (let sequence = 0; sequence < count; sequence++, entry++) {
        const words = new Int32Array(bytes, entry * ENTRY * 4, ENTRY)
        words[0] = entry
        for (let i = 0; i < CANDIDATES; i++) words[1 + i] = i < kept ? 10 * entry + i : -1
        new Float32Array(bytes, (entry * ENTRY + 1 + CANDIDATES) * 4, CANDIDATES).fill(entry / 2)
        new Float32Array(bytes, (entry * ENTRY + LOG_HEAD_WORDS) * 4, HIDDEN).fill(entry + 0.25)
      }
    },
  }
  const prepared: number[][] = []
  const loop = createResidentDecoder({
    device,
    gpuBuffers,
    seats,
    head,
    hiddenSize: HIDDEN,
    stepRows: 4,
    contextTokens: 20,
    now: () => 0,
    runner: {
      state: { kind: 'captured' },
      run: async (_, afterwards) => afterwards?.({} as GPUComputePassEncoder),
      runOnce: async () => undefined,
      forgetRecording: () => undefined,
      giveUp: () => undefined,
    },
    steps: {
      prepare: async (rowsOf) => {
        prepared.push([...rowsOf.keys()])
        return {} as never
      },
    },
  })
  return { loop, head, prepared, entries: () => entry }
}

const row = (slot: number, start: number, ids: number[]) => ({
  slot,
  start,
  ids,
  position: 3,
  sampler: { temperatureMilli: 700, topK: 20, topPMilli: 900 },
  noise: [0x8000_0001, 7] as const,
})

describe('steps on the device', () => {
  it('are read back by sequence and step', async () => {
    const { loop, prepared } = open()
    const results = await loop.runAhead([row(1, 4, [5]), row(3, 9, [6, 7])], 3)
    expect(prepared).toEqual([[1, 3]])
    expect(results.map((steps) => steps.map((step) => step.id))).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ])
    const step = results[1]?.[2]
    expect([step?.candidateIds[0], step?.candidateIds.length, step?.candidateLogits[63]]).toEqual([50, CANDIDATES, 2.5])
    expect([...(step?.row ?? [])]).toEqual([5.25, 5.25])
  })

  it('tell a sequence’s sampler, noise, position, lane and newest row', async () => {
    const { loop, head } = open()
    await loop.runAhead(
      [row(0, 4, [5, 6]), { ...row(1, 4, [5]), sampler: { temperatureMilli: 0, topK: 9, topPMilli: 5 } }],
      1,
    )
    const words = new Uint32Array(memoryOf(head.sequences).bytes.buffer)
    const floats = new Float32Array(words.buffer)
    expect([...words.subarray(0, 4)]).toEqual([2, 1, 20, 3])
    expect([...floats.subarray(4, 6)]).toEqual([Math.fround(0.7), Math.fround(0.9)])
    expect([...words.subarray(6, 9)]).toEqual([0x8000_0001, 7, 0])
    expect([...words.subarray(SEQUENCE_WORDS, SEQUENCE_WORDS + 3)]).toEqual([1, 0, 1])
    expect(floats[SEQUENCE_WORDS + 4]).toBe(0)
  })

  it('end with the room of the longest sequence', async () => {
    const { loop, entries } = open()
    const results = await loop.runAhead([row(0, 15, [1, 2, 3]), row(1, 2, [4])], 8)
    // Positions 15 to 17 are fed first; 18 and 19 are left.
    expect(results.map((steps) => steps.length)).toEqual([3, 3])
    expect(entries()).toBe(6)
  })

  it('leave out candidates that are nobody', async () => {
    const { loop } = open(5)
    const [steps] = await loop.runAhead([row(0, 1, [1])], 1)
    expect(steps?.[0]?.candidateIds).toHaveLength(5)
    expect(steps?.[0]?.candidateLogits).toHaveLength(5)
  })

  it('refuse more rows than a step has', async () => {
    await expect(open().loop.runAhead([row(0, 1, [1, 2, 3, 4, 5])], 1)).rejects.toThrow('more than 4 rows')
  })
})
