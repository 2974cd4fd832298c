import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDraftLookup } from '../../../../../workers/inference/generation/draft-lookup.ts'

describe('prompt lookup', () => {
  it('proposes what followed the last time', () => {
    expect(createDraftLookup().propose([1, 2, 3, 4, 5, 6, 1, 2], 3)).toEqual({ ids: [3, 4, 5], matched: 2 })
  })

  it('prefers the longest match, and of equal ones the latest', () => {
    const lookup = createDraftLookup()
    expect(lookup.propose([9, 1, 2, 7, 5, 1, 2, 8, 9, 1, 2], 1)).toEqual({ ids: [7], matched: 3 })
    expect(createDraftLookup().propose([1, 2, 7, 5, 1, 2, 8, 4, 1, 2], 1)).toEqual({ ids: [8], matched: 2 })
  })

  it('goes on repeating where the match reaches the end', () => {
    expect(createDraftLookup().propose([6, 7, 6, 7, 6], 5)).toEqual({ ids: [7, 6, 7, 6, 7], matched: 3 })
  })

  it('has nothing to say of what it never saw, nor of a single id', () => {
    expect(createDraftLookup().propose([1, 2, 3, 4], 4).ids).toEqual([])
    expect(createDraftLookup().propose([1], 4).ids).toEqual([])
    expect(createDraftLookup().propose([1, 2, 1, 2], 0).ids).toEqual([])
  })

  it('is not misled by what a replay took back', () => {
    const lookup = createDraftLookup()
    lookup.propose([1, 2, 3, 4, 5, 6], 2)
    expect(lookup.propose([1, 2, 3, 9, 2, 3], 2)).toEqual({ ids: [9, 2], matched: 2 })
    expect(lookup.propose([1, 2, 3, 9, 4, 5], 2).ids).toEqual([])
  })

  it('only ever proposes a run that stands behind an equal match', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 60 }), fc.nat({ max: 7 }), (text, most) => {
        const lookup = createDraftLookup()
        for (let length = 1; length <= text.length; length++) {
          const inputs = text.slice(0, length)
          const { ids, matched } = lookup.propose(inputs, most)
          expect(ids.length).toBe(matched === 0 ? 0 : most)
          if (matched === 0) continue
          const tail = inputs.slice(-matched).join()
          const going = [...inputs, ...ids]
          const places = inputs.flatMap((_, end) =>
            end < length - 1 && end >= matched - 1 && inputs.slice(end - matched + 1, end + 1).join() === tail
              ? [end]
              : [],
          )
          expect(places.some((end) => ids.every((id, i) => going[end + 1 + i] === id))).toBe(true)
        }
      }),
    )
  })
})
