import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { profitOf } from '../../../simulation/ledger.ts'
import { type SimulationOptions, simulate } from '../../../simulation/simulate.ts'
import { StatisticsSchema } from '../../../simulation/statistics.ts'
import { violationsOf } from '../../../simulation/violations.ts'
import { PLAIN_STATISTICS } from './plain-statistics.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'
import { CHEATS_TOWN, COALITION_TOWN, GRINDERS_TOWN, LOOSE_TOWN } from './towns.ts'

const JOBS = 1_000
const base: SimulationOptions = { jobs: JOBS, seed: 1, statistics: PLAIN_STATISTICS }

describe('the protocol’s own rules', () => {
  test.each<[string, Partial<SimulationOptions>]>([
    ['everybody at once', {}],
    ['cheats', CHEATS_TOWN],
    ['cheats and many canaries', { ...CHEATS_TOWN, canaryRate: 0.1 }],
    ['a coalition', COALITION_TOWN],
    ['a smaller coalition', { ...COALITION_TOWN, colluding: 0.1 }],
    ['a coalition of one owner', { ...LOOSE_TOWN, colludingOwners: 'one', colluding: 0.35 }],
    ['cells that nobody checks exactly', LOOSE_TOWN],
    ['those who try until chance is kind', GRINDERS_TOWN],
    ['nobody colluding', { colluding: 0 }],
  ])('hold against %s', (_, town) => {
    expect(violationsOf(simulate({ ...base, ...town }))).toEqual([])
  })

  test('where everything is audited, no wrong answer is called verified', () => {
    const { tally, ...rest } = simulate({ ...base, rate: 1_000_000 })
    expect(tally.wrongDelivered).toBeGreaterThan(100)
    expect(tally.verified).toBeGreaterThan(400)
    expect(tally.wrongVerified).toBe(0)
    expect(violationsOf({ tally, ...rest })).toEqual([])
  })

  test.each([50_000, 250_000])('at an audit rate of %i millionths the loss is the formula’s', (rate) => {
    const { tally, ...rest } = simulate({ ...base, jobs: 2_000, rate })
    expect(tally.loss.expected).toBeGreaterThan(60)
    expect(violationsOf({ tally, ...rest })).toEqual([])
  })

  test('across cells an audit rate below 1 pays for those who cheat now and then: the parameter that keeps them out', () => {
    const gain = (rate: number): number => {
      const { accounts } = simulate({ ...base, ...LOOSE_TOWN, rate })
      return accounts
        .filter(({ name }) => name.startsWith('selective cheat'))
        .reduce((sum, one) => sum + profitOf(one), 0)
    }
    expect(gain(100_000)).toBeGreaterThan(0)
    expect(gain(1_000_000)).toBeLessThan(0)
  })
})

describe('a planted bug is found', () => {
  test.each(PLANTED_BUGS)('$name', ({ rules, town, finds }) => {
    const found = violationsOf(simulate({ ...base, ...town, rules }))
    expect(found.join('\n')).toContain(finds)
  })
})

describe('a run repeats itself', () => {
  test('the same seed has the same trace and the same accounts, another seed has others', () => {
    const town = { ...base, ...CHEATS_TOWN, jobs: 400 }
    const first = simulate(town)
    expect(simulate(town)).toEqual(first)
    expect(simulate({ ...town, seed: 2 }).traceHash).not.toBe(first.traceHash)
  })

  test('another rule has another trace', () => {
    const changed = simulate({ ...base, ...CHEATS_TOWN, rules: { openSeats: 0 } })
    expect(changed.traceHash).not.toBe(simulate({ ...base, ...CHEATS_TOWN }).traceHash)
  })
})

test('the measured statistics are of the schema, and the rules hold under them', () => {
  const file = new URL('../../../simulation/measured-statistics.json', import.meta.url)
  const statistics = v.parse(StatisticsSchema, JSON.parse(readFileSync(file, 'utf8')))
  const { tally, ...rest } = simulate({ ...base, statistics })
  expect(violationsOf({ tally, ...rest })).toEqual([])
  expect(tally.wrongDelivered).toBeGreaterThan(0)
})
