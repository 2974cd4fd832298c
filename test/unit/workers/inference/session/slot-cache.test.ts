import { describe, expect, it } from 'vitest'
import { createSlotCache } from '../../../../../workers/inference/session/slot-cache.ts'

const SHAPE = { layers: 1, keyValueHeads: 2, headDimension: 2, contextTokens: 100 }

/** What a run gives for `count` positions from `start`: every number says whose it is. */
function added(start: number, count: number, mark = 0): Float32Array {
  const values: number[] = []
  for (const part of [0, 1])
    for (const head of [0, 1])
      for (let position = start; position < start + count; position++)
        for (const lane of [0, 1]) values.push(mark + part * 10_000 + head * 1_000 + position * 2 + lane)
  return Float32Array.from(values)
}

function at(cache: ReturnType<typeof createSlotCache>, part: number, head: number, position: number): number[] {
  const from = (head * cache.room + position) * 2
  return [...cache.part(part).subarray(from, from + 2)]
}

describe('the keys and values of a slot', () => {
  it('are found by part, head and position, also after the cache has grown', () => {
    const cache = createSlotCache(SHAPE)
    cache.write(0, 60, added(0, 60))
    expect(cache.room).toBe(64)
    cache.write(60, 10, added(60, 10))
    expect(cache.room).toBe(100)
    for (const position of [0, 59, 60, 69]) {
      expect(at(cache, 0, 0, position)).toEqual([position * 2, position * 2 + 1])
      expect(at(cache, 1, 1, position)).toEqual([11_000 + position * 2, 11_001 + position * 2])
    }
  })

  it('are overwritten from wherever a sequence is rolled back to', () => {
    const cache = createSlotCache(SHAPE)
    cache.write(0, 10, added(0, 10))
    cache.write(5, 2, added(5, 2, 500_000))
    expect(at(cache, 0, 1, 4)).toEqual([1_008, 1_009])
    expect(at(cache, 0, 1, 5)).toEqual([501_010, 501_011])
    expect(at(cache, 0, 1, 7)).toEqual([1_014, 1_015])
  })

  it('are copied to another slot as far as is asked, whose own go on from there', () => {
    const [source, target] = [createSlotCache(SHAPE), createSlotCache(SHAPE)]
    source.write(0, 80, added(0, 80))
    target.write(0, 3, added(0, 3, 900_000))
    target.copyFrom(source, 2)
    expect(at(target, 1, 0, 1)).toEqual(at(source, 1, 0, 1))
    expect(at(target, 1, 0, 2)).toEqual([910_004, 910_005])
    target.write(2, 1, added(2, 1, 700_000))
    expect(at(source, 0, 0, 2)).toEqual([4, 5])
  })
})
