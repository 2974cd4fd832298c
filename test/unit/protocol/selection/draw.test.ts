import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex } from '../../../../src/protocol/hash.ts'
import { type DrawOptions, drawVerifiers } from '../../../../src/protocol/selection/draw.ts'
import { canonicalRoster, type Roster, type RosterEntry } from '../../../../src/protocol/selection/roster.ts'
import { sampleEntry, sampleHash, sampleRoster } from './sample-roster.ts'

const DRAWS = 6_000

function draw(roster: Roster, change: Partial<DrawOptions> = {}, i = 0) {
  const options = { randomness: sampleHash('beacon', i), receiptHash: sampleHash('receipt'), roster, count: 1 }
  return drawVerifiers({ ...options, excludedKeys: [], excludedOwners: [], ...change })
}

function keyOf({ verifierKey }: RosterEntry): string {
  return bytesToHex(verifierKey)
}

/** Σ (observed − expected)² / expected. */
function chiSquared(observed: number[], expected: number[]): number {
  return observed.reduce((sum, count, i) => sum + (count - (expected[i] as number)) ** 2 / (expected[i] as number), 0)
}

describe('who is drawn', () => {
  test('equal stakes are drawn equally often', () => {
    const roster = sampleRoster(Array.from({ length: 16 }, () => 5_000_000))
    const wins = countFirst(roster)
    // χ² with 15 degrees of freedom exceeds 44.3 once in 10,000.
    const expected = Array.from({ length: 16 }, () => DRAWS / 16)
    expect(chiSquared(wins, expected)).toBeLessThan(44.3)
  })

  test('the first seat goes by stake', () => {
    const roster = sampleRoster([1, 2, 3, 4, 10])
    const expected = roster.map(({ stake }) => (DRAWS * stake) / 20)
    // χ² with 4 degrees of freedom exceeds 23.5 once in 10,000.
    expect(chiSquared(countFirst(roster), expected)).toBeLessThan(23.5)
  })

  test('the second seat goes by stake among those who are left', () => {
    const roster = sampleRoster([1, 2, 3, 4])
    const stakes = roster.map(({ stake }) => stake)
    const seconds = roster.map(() => 0)
    for (let i = 0; i < DRAWS; i++) {
      const second = draw(roster, { count: 2 }, i)[1]
      const at = roster.findIndex((entry) => entry === second?.entry)
      seconds[at] = (seconds[at] as number) + 1
    }
    const expected = stakes.map((stake, j) =>
      stakes.reduce((sum, first, i) => (i === j ? sum : sum + (first / 10) * (stake / (10 - first))), 0),
    )
    // χ² with 3 degrees of freedom exceeds 21.1 once in 10,000.
    expect(
      chiSquared(
        seconds,
        expected.map((share) => share * DRAWS),
      ),
    ).toBeLessThan(21.1)
  })

  test('one stake over ten keys is drawn as often as under one: splitting gains nothing', () => {
    const whole = sampleRoster([10, 10])
    const split = canonicalRoster([
      sampleEntry(0, { stake: 10 }),
      ...Array.from({ length: 10 }, (_, i) => sampleEntry(i + 1, { stake: 1 })),
    ]) as Roster
    const bigKey = keyOf(sampleEntry(0))
    const share = (roster: Roster): number =>
      Array.from({ length: DRAWS }, (_, i) => draw(roster, {}, i)[0]).filter(
        (one) => one && keyOf(one.entry) === bigKey,
      ).length / DRAWS
    // Four standard errors of a half.
    const tolerance = 4 * Math.sqrt(0.25 / DRAWS)
    expect(Math.abs(share(whole) - 0.5)).toBeLessThan(tolerance)
    expect(Math.abs(share(split) - 0.5)).toBeLessThan(tolerance)
  })

  function countFirst(roster: Roster): number[] {
    const wins = roster.map(() => 0)
    for (let i = 0; i < DRAWS; i++) {
      const [first] = draw(roster, {}, i)
      const at = roster.findIndex((entry) => entry === first?.entry)
      wins[at] = (wins[at] as number) + 1
    }
    return wins
  }
})

describe('who is never drawn', () => {
  const roster = sampleRoster([5, 5, 5, 0, 5, 0])

  test('nobody without stake, however many seats there are', () => {
    const drawn = draw(roster, { count: 10 })
    expect(drawn).toHaveLength(4)
    expect(drawn.every(({ entry }) => entry.stake > 0)).toBe(true)
  })

  test('neither an excluded key nor any key of an excluded owner', () => {
    const owned = canonicalRoster([0, 1, 2, 3].map((i) => sampleEntry(i, { owner: `${i % 2}`.repeat(64) }))) as Roster
    const excludedKeys = [sampleEntry(0).verifierKey]
    const drawn = draw(owned, { count: 10, excludedKeys, excludedOwners: ['1'.repeat(64)] })
    expect(drawn.map(({ entry }) => keyOf(entry))).toEqual([keyOf(sampleEntry(2))])
  })

  test('nobody twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { maxLength: 20 }),
        fc.nat(25),
        (stakes, count) => {
          const drawn = draw(sampleRoster(stakes), { count })
          expect(drawn).toHaveLength(Math.min(count, stakes.filter((stake) => stake > 0).length))
          expect(new Set(drawn.map(({ entry }) => keyOf(entry))).size).toBe(drawn.length)
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('cells', () => {
  const cell = 'aa'.repeat(32)
  const roster = canonicalRoster(
    Array.from({ length: 12 }, (_, i) => sampleEntry(i, i % 3 === 0 ? { cellId: cell } : {})),
  ) as Roster

  test('checkers of the provider’s cell come first, each group in the order of the clocks', () => {
    const drawn = draw(roster, { count: 12, preferredCellId: cell })
    expect(drawn.map(({ isPreferredCell }) => isPreferredCell)).toEqual([
      ...Array.from({ length: 4 }, () => true),
      ...Array.from({ length: 8 }, () => false),
    ])
    for (const group of [drawn.slice(0, 4), drawn.slice(4)]) {
      expect(group.map(({ key }) => key)).toEqual(group.map(({ key }) => key).toSorted((a, b) => a - b))
    }
  })

  test('an open seat goes by stake over all cells, so that a cell’s owners cannot fill every seat', () => {
    const captured = Array.from({ length: 400 }, (_, i) => draw(roster, { count: 3, preferredCellId: cell }, i))
    expect(captured.every((drawn) => drawn.every(({ isPreferredCell }) => isPreferredCell))).toBe(true)
    const open = Array.from({ length: 400 }, (_, i) =>
      draw(roster, { count: 3, preferredCellId: cell, openSeats: 1 }, i),
    )
    expect(open.every((drawn) => drawn.slice(0, 2).every(({ isPreferredCell }) => isPreferredCell))).toBe(true)
    const outside = open.filter((drawn) => drawn[2]?.isPreferredCell === false).length
    // Eight of the twelve are of other cells; four standard errors.
    expect(Math.abs(outside / 400 - 2 / 3)).toBeLessThan(0.095)
  })

  test('the only seat stays with the provider’s cell', () => {
    expect(draw(roster, { count: 1, preferredCellId: cell, openSeats: 1 })[0]?.isPreferredCell).toBe(true)
    expect(draw(roster, { count: 0, preferredCellId: cell, openSeats: 1 })).toEqual([])
  })
})

test('the order of the roster does not matter, and the numbers are those of the rule', () => {
  const roster = sampleRoster([1, 22, 333, 4_444])
  const drawn = draw(roster, { count: 4 })
  expect(draw(roster.toReversed(), { count: 4 })).toEqual(drawn)
  for (const { entry, uniform, key } of drawn) {
    expect(uniform).toBeGreaterThan(0)
    expect(uniform).toBeLessThanOrEqual(1)
    expect(key * entry.stake).toBeCloseTo(-Math.log(uniform), 12)
  }
})

test('another beacon, another receipt: another draw', () => {
  const roster = sampleRoster(Array.from({ length: 30 }, () => 1))
  const names = (change: Partial<DrawOptions>): string =>
    draw(roster, { count: 5, ...change })
      .map((one) => keyOf(one.entry))
      .join()
  const first = names({})
  expect(names({})).toBe(first)
  expect(names({ randomness: sampleHash('beacon', 1) })).not.toBe(first)
  expect(names({ receiptHash: sampleHash('receipt', 1) })).not.toBe(first)
})
