import { describe, expect, it } from 'vitest'
import { createAnswerProgress } from '../../../src/engine/answer-progress.ts'
import type { GenerateOptions } from '../../../src/participant/ports.ts'
import { GREEDY } from '../../../tools/greedy.ts'

const options: GenerateOptions = {
  promptIds: [1, 2, 3],
  resumedIds: [],
  maxTokens: 100,
  stopIds: [9],
  sampler: GREEDY,
  seed: new Uint8Array(32),
}
const ids = (length: number, last = 5): number[] => [...Array.from({ length: length - 1 }, () => 5), last]

function after(segments: number[][], changes: Partial<GenerateOptions> = {}) {
  const progress = createAnswerProgress({ ...options, ...changes })
  progress.note({ type: 'tokens', position: 0, ids: [7] })
  for (const [index, committed] of segments.entries()) {
    progress.note({
      type: 'segment',
      index,
      ids: committed,
      rowsHash: new Uint8Array(32),
      commitment: new Uint8Array(258),
    })
  }
  return progress
}

describe('the progress of an answer', () => {
  it('is what was committed, after what it was resumed from; provisional tokens are none', () => {
    expect(after([]).rest()).toEqual(options)
    const resumedIds = ids(32, 6)
    expect(after([ids(32)], { resumedIds }).rest()).toEqual({ ...options, resumedIds: [...resumedIds, ...ids(32)] })
  })

  it.each([
    { why: 'nothing was committed', segments: [], ended: null },
    { why: 'more is to come', segments: [ids(32)], ended: null },
    { why: 'its last id says stop', segments: [ids(32), ids(32, 9)], ended: 'stop' },
    { why: 'a short segment says stop', segments: [ids(32), ids(3, 9)], ended: 'stop' },
    { why: 'it is as long as was asked for', segments: [ids(32), ids(32), ids(32), ids(4)], ended: 'length' },
    { why: 'a short segment ended it for no reason of its own', segments: [ids(32), ids(3)], ended: 'aborted' },
  ])('says $ended when $why', ({ segments, ended }) => {
    expect(after(segments).ended(512)).toBe(ended)
  })

  it('ends where the context does', () => {
    expect(after([ids(32)]).ended(35)).toBe('length')
    expect(after([ids(32)]).ended(36)).toBeNull()
  })
})
