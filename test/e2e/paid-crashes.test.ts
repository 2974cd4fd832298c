import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PaidSite, startPaidSite } from '../paid-crashes/paid-site.ts'
import { runKills } from '../paid-crashes/run-kills.ts'

/** `npm run bench:paid-crashes` does the same a hundred times. */
const KILLS = 6
/** Of both sides some are killed early, some at their last segment. */
const SEED = 8

let site: PaidSite

beforeAll(async () => {
  site = await startPaidSite()
})

afterAll(() => site.stop())

test('a page that is killed in the middle of a paid job loses nothing that it acknowledged, and nobody more than a prompt and a segment', async () => {
  const { rounds, violations } = await runKills({ address: site.address, seed: SEED, kills: KILLS })
  expect(rounds).toHaveLength(KILLS)
  // Chromium itself throws an origin's databases away when a kill has torn its log: google/leveldb#1287, once in several hundred kills.
  const kept = rounds.filter(({ isWiped }) => !isWiped)
  expect(kept.length).toBeGreaterThanOrEqual(KILLS - 1)
  expect(kept.flatMap((round) => round.violations)).toEqual([])
  expect(violations).toEqual([])
  expect(rounds.filter(({ isWhole }) => !isWhole).length).toBeGreaterThanOrEqual(KILLS / 2)
})

test('a book that acknowledges what it has not written is found out', async () => {
  const { rounds } = await runKills({ address: site.address, seed: SEED, kills: 4, isForgetful: true })
  const found = rounds.filter(({ acknowledgedLost }) => acknowledgedLost > 0).map(({ round }) => round.killed)
  expect(new Set(found)).toEqual(new Set(['provider', 'requester']))
})
