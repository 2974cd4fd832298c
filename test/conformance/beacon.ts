import { describe, expect, test } from 'vitest'
import type { Beacon } from '../../src/participant/ports.ts'
import { roundAt } from '../../src/protocol/selection/beacon.ts'
import { isBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'
import type { FakeClock } from '../doubles/fake-clock.ts'
import { createScriptedBeacon } from '../doubles/scripted-beacon.ts'

export interface BeaconHarness {
  beacon: Beacon
  /** The time of this participant and of the beacon's servers. */
  clock: FakeClock
}

const HOUR_MS = 3_600_000

/** What every beacon owes its callers. `create` gives one whose servers work. */
export function testBeacon(create: () => Promise<BeaconHarness>): void {
  async function setUp() {
    const { beacon, clock } = await create()
    return { beacon, clock, now: roundAt(beacon.chain, clock.now()), periodMs: beacon.chain.periodSeconds * 1_000 }
  }

  describe('a round', () => {
    test('whose time has come comes at once, signed by the chain', async () => {
      const { beacon, now } = await setUp()
      const round = await beacon.round(now)
      expect(round.round).toBe(now)
      expect(isBeaconRound(beacon.chain, round)).toBe(true)
    })

    test('is not known before its time, and comes with it', async () => {
      const { beacon, clock, now, periodMs } = await setUp()
      let known = false
      const next = beacon.round(now + 2)
      void next.then(() => (known = true))
      await clock.run(2 * periodMs - 1)
      expect(known).toBe(false)
      await clock.run(1)
      expect((await next).round).toBe(now + 2)
      expect(clock.pending).toBe(0)
    })

    test('that is due in a month is waited for', async () => {
      const { beacon, clock, now, periodMs } = await setUp()
      const far = now + Math.ceil((30 * 24 * HOUR_MS) / periodMs)
      let known = false
      const waited = beacon.round(far)
      void waited.then(() => (known = true))
      await clock.run(30 * 24 * HOUR_MS - periodMs)
      expect(known).toBe(false)
      await clock.run(2 * periodMs)
      expect((await waited).round).toBe(far)
    })

    test('is the same whenever it is asked for, and belongs to whoever asked', async () => {
      const { beacon, now } = await setUp()
      const first = await beacon.round(now)
      const copy = first.signature.slice()
      first.signature.fill(0)
      expect((await beacon.round(now)).signature).toEqual(copy)
    })

    test('that nobody waits for any more rejects with the reason, and leaves no timer', async () => {
      const { beacon, clock, now } = await setUp()
      await beacon.round(now)
      const stop = new AbortController()
      const reason = new Error('the visitor left')
      const waiting = expect(beacon.round(now + 5, stop.signal)).rejects.toBe(reason)
      await clock.run(1)
      stop.abort(reason)
      await waiting
      expect(clock.pending).toBe(0)
    })

    test('asked for with a signal that is aborted already rejects with its reason', async () => {
      const { beacon, now } = await setUp()
      const reason = new Error('the visitor left')
      await expect(beacon.round(now, AbortSignal.abort(reason))).rejects.toBe(reason)
    })

    test.each([0, -1, 0.5, Number.NaN, 2 ** 53])('%s is none', async (round) => {
      const { beacon } = await setUp()
      await expect(beacon.round(round)).rejects.toThrow(RangeError)
    })
  })

  describe('somebody else’s word for a round', () => {
    test('is believed when the chain signed it, whether or not it was asked for here', async () => {
      const { beacon, now } = await setUp()
      const round = await beacon.round(now)
      expect(await beacon.isRound(round)).toBe(true)
      expect(await beacon.isRound(round)).toBe(true)
    })

    test('is not believed with a flipped bit, for another round, or from another chain', async () => {
      const { beacon, clock, now } = await setUp()
      const round = await beacon.round(now)
      const flipped = round.signature.with(20, (round.signature[20] ?? 0) ^ 1)
      expect(await beacon.isRound({ round: now, signature: flipped })).toBe(false)
      expect(await beacon.isRound({ round: now + 1, signature: round.signature })).toBe(false)
      expect(await beacon.isRound({ round: now, signature: new Uint8Array(32) })).toBe(false)
      expect(await beacon.isRound({ round: 0.5, signature: round.signature })).toBe(false)
      const other = createScriptedBeacon({ clock, seed: 99 })
      expect(await beacon.isRound(await other.round(now))).toBe(false)
    })
  })
}
