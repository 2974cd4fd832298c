import { expect, test } from 'vitest'
import type { Standing } from '../../../src/participant/ports.ts'
import { isAlarmed, rateOf, standingAfter } from '../../../src/participant/standing.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { MIN_AUDIT_RATE, NEWCOMER } from '../../../src/protocol/reputation/audit-rate.ts'
import { ALARM, NO_EVIDENCE } from '../../../src/protocol/reputation/sequential-evidence.ts'
import { CERTAIN } from '../../../src/protocol/selection/lottery.ts'
import { createMemoryStandingBook } from '../../../src/storage/standings.ts'
import { acceptedOf, createTown } from './town.ts'

const NO_STANDING: Standing = { record: NEWCOMER, evidence: NO_EVIDENCE }

const finding = (owner: string, lambda: number) => ({ owner: owner.repeat(64), lambda })

test('a pass is a valid result, an answer without a verdict is work, a failure makes a newcomer', () => {
  const passed = standingAfter(NO_STANDING, 'pass', [])
  expect(passed.record).toMatchObject({ jobs: 1, validResults: 1 })
  const undecided = standingAfter(passed, 'inconclusive', [])
  expect(undecided.record).toMatchObject({ jobs: 2, validResults: 1 })
  expect(standingAfter(undecided, 'fail', []).record).toMatchObject({ jobs: 0, validResults: 0, failures: 1 })
})

test('no record without stake, and no stake without a record, buys a rate below one', async () => {
  const book = createMemoryStandingBook()
  const town = createTown()
  await town.contribute('ada')
  const asker = await town.ask()
  await asker.done
  const { bundle } = acceptedOf(asker)
  const key = bytesToHex(bundle.legs[0]?.accept.providerKey ?? new Uint8Array())
  expect(await rateOf(book, bundle, () => 1_000)).toBe(CERTAIN)
  const record = { version: 1 as const, jobs: 9_000, validResults: 9_000, failures: 0 }
  await book.put(key, { ...NO_STANDING, record })
  expect(await rateOf(book, bundle, () => 0)).toBe(CERTAIN)
  // A little at stake deters a little, and nothing goes below the floor.
  expect(await rateOf(book, bundle, () => 4)).toBe(225_001)
  expect(await rateOf(book, bundle, () => 1_000)).toBe(MIN_AUDIT_RATE)
})

test('evidence of three owners reaches the alarm, that of one never does', () => {
  const after = (owners: string[]): Standing => {
    let standing = NO_STANDING
    for (let i = 0; i < 60; i++) {
      const owner = owners[i % owners.length] as string
      standing = standingAfter(standing, 'inconclusive', [finding(owner, 3)])
    }
    return standing
  }
  expect(after(['a']).evidence.score).toBeLessThan(ALARM)
  expect(after(['a', 'b', 'c']).evidence.score).toBeCloseTo(ALARM, 6)
})

test('a provider whose evidence has reached the alarm is not asked, whoever else is there', async () => {
  const town = createTown()
  const mal = await town.contribute('mal', { script: { tokensPerSecond: 900 } })
  await town.contribute('ada')
  const standings = createMemoryStandingBook()
  let standing = NO_STANDING
  for (let i = 0; i < 60; i++) standing = standingAfter(standing, 'inconclusive', [finding('abc'.charAt(i % 3), 3)])
  await standings.put(bytesToHex(mal.key), standing)
  expect(await isAlarmed(standings, mal.key)).toBe(true)
  const asker = await town.ask({}, { standings })
  await asker.done
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['ada'])
})
