import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AllotmentTerms, allotDrafts } from '../../../../../workers/inference/generation/allot-drafts.ts'

function terms(options: Partial<AllotmentTerms> = {}): AllotmentTerms {
  const cost = { base: 10, perRow: 1, perWanted: 0.1 }
  return { cost, minimumRows: 1, maximumRows: 8, equalRows: false, otherRows: 0, ...options }
}

describe('drafts by their price', () => {
  it('carries as many as are likely enough', () => {
    expect(allotDrafts([{ most: 7, chance: 0.9, rows: 1 }], terms()).drafts).toEqual([7])
    expect(allotDrafts([{ most: 7, chance: 0.5, rows: 1 }], terms()).drafts[0]).toBeLessThan(5)
  })

  it('carries none where a row costs more than a draft brings', () => {
    const dear = { base: 1, perRow: 10, perWanted: 0 }
    expect(allotDrafts([{ most: 7, chance: 0.6, rows: 1 }], terms({ cost: dear })).drafts).toEqual([0])
  })

  it('fills the spare row of a window even there: it is fed anyway', () => {
    const dear = { base: 1, perRow: 10, perWanted: 0.1 }
    expect(allotDrafts([{ most: 7, chance: 0.3, rows: 1 }], terms({ cost: dear, minimumRows: 2 })).drafts).toEqual([1])
  })

  it('leaves the spare row empty where the head costs more than the draft brings', () => {
    const head = { base: 1, perRow: 0, perWanted: 5 }
    expect(allotDrafts([{ most: 7, chance: 0.1, rows: 1 }], terms({ cost: head, minimumRows: 4 })).drafts).toEqual([0])
  })

  it('gives rows to whoever uses them best', () => {
    const cost = { base: 10, perRow: 3, perWanted: 0 }
    const { drafts } = allotDrafts(
      [
        { most: 7, chance: 0.1, rows: 1 },
        { most: 7, chance: 0.95, rows: 1 },
      ],
      terms({ cost }),
    )
    expect(drafts[0]).toBe(0)
    expect(drafts[1]).toBeGreaterThan(2)
  })

  it('keeps all feeds equally long where the device wants that', () => {
    const offers = [
      { most: 3, chance: 0.99, rows: 1 },
      { most: 0, chance: 0, rows: 1 },
    ]
    expect(allotDrafts(offers, terms({ equalRows: true, maximumRows: 4 }))).toMatchObject({ drafts: [3, 0], rows: 4 })
    const dear = { base: 1, perRow: 10, perWanted: 0 }
    expect(allotDrafts(offers, terms({ cost: dear, equalRows: true }))).toMatchObject({ drafts: [0, 0], rows: 1 })
  })

  it('never exceeds what was found or what a feed may carry, and never promises less than no drafts give', () => {
    const anyOffer = fc.record({
      most: fc.nat({ max: 7 }),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
      rows: fc.integer({ min: 1, max: 2 }),
    })
    const anyCost = fc.record({
      base: fc.double({ min: 0.1, max: 20, noNaN: true }),
      perRow: fc.double({ min: 0, max: 20, noNaN: true }),
      perWanted: fc.double({ min: 0, max: 5, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(anyOffer, { minLength: 1, maxLength: 8 }),
        anyCost,
        fc.boolean(),
        fc.integer({ min: 2, max: 8 }),
        (offers, cost, equalRows, maximumRows) => {
          const asked = terms({ cost, equalRows, maximumRows, minimumRows: 2 })
          const { drafts, rows, pace } = allotDrafts(offers, asked)
          for (const [i, offer] of offers.entries()) {
            expect(drafts[i]).toBeLessThanOrEqual(offer.most)
            expect(offer.rows + (drafts[i] ?? 0)).toBeLessThanOrEqual(equalRows ? rows : maximumRows)
          }
          const without = allotDrafts(
            offers.map((offer) => ({ ...offer, most: 0 })),
            asked,
          )
          expect(pace).toBeGreaterThanOrEqual(without.pace)
        },
      ),
    )
  })
})
