import { describe, expect, test } from 'vitest'
import { backoffMs } from '../../../src/network/backoff.ts'
import {
  BACKOFF_BASE_MS,
  BACKOFF_CAP_MS,
  BACKOFF_RESET_MS,
  OPEN_RELAY_DEADLINE_MS,
} from '../../../src/network/network-limits.ts'
import { createRelayLink, type LinkState, type RelayDoor } from '../../../src/network/relay-link.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'

/** A relay that lets in, turns away or does not answer, as the test says. */
function createDoor() {
  let lose = (): void => {}
  const door = {
    mood: 'welcoming' as 'welcoming' | 'closed' | 'silent',
    knocks: 0,
    dialling: false,
    lose: () => lose(),
    async open(signal: AbortSignal): Promise<string> {
      door.knocks += 1
      if (door.mood === 'closed') throw new Error('refused')
      if (door.mood === 'silent') {
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
      }
      return 'relay'
    },
    onLost(listener: () => void) {
      lose = listener
      return () => {
        lose = () => {}
      }
    },
  }
  return door satisfies RelayDoor
}

function setUp() {
  const clock = createFakeClock()
  const door = createDoor()
  const states: LinkState['kind'][] = []
  const link = createRelayLink({
    door,
    clock,
    random: createSeededRandom(),
    onState: ({ kind }) => states.push(kind),
  })
  return { clock, door, link, states }
}

describe('the link to the relay', () => {
  test('opens, and closes when it is stopped', async () => {
    const { clock, link, states } = setUp()
    await link.start()
    link.stop()
    link.stop()
    expect(states).toEqual(['opening', 'open', 'stopped'])
    expect(clock.pending).toBe(0)
  })

  test('that is refused tries again after growing pauses, up to the cap', async () => {
    const { clock, door, link } = setUp()
    door.mood = 'closed'
    await link.start()
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      const startedAt = clock.now()
      const knocks = door.knocks
      while (door.knocks === knocks) await clock.run(10)
      pauses.push(clock.now() - startedAt)
    }
    for (const [index, pause] of pauses.entries()) {
      const full = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** index)
      expect(pause).toBeGreaterThanOrEqual(full / 2)
      expect(pause).toBeLessThanOrEqual(full + 10)
    }
    door.mood = 'welcoming'
    await clock.run(BACKOFF_CAP_MS)
    expect(link.state).toEqual({ kind: 'open', relayPeer: 'relay' })
  })

  test('gives up on a relay that does not answer, and tries again', async () => {
    const { clock, door, link } = setUp()
    door.mood = 'silent'
    const started = link.start()
    await clock.run(OPEN_RELAY_DEADLINE_MS)
    await started
    expect(link.state).toMatchObject({ kind: 'failing', attempt: 1, error: { message: 'the relay took too long' } })
    door.mood = 'welcoming'
    await clock.run(BACKOFF_BASE_MS)
    expect(link.state.kind).toBe('open')
  })

  test('that is lost is opened again, after a pause', async () => {
    const { clock, door, link, states } = setUp()
    await link.start()
    door.lose()
    door.lose()
    expect(door.knocks).toBe(1)
    await clock.run(BACKOFF_BASE_MS)
    expect(door.knocks).toBe(2)
    expect(states).toEqual(['opening', 'open', 'opening', 'open'])
  })

  test('does not hammer a relay that lets in and drops at once', async () => {
    const { clock, door, link } = setUp()
    await link.start()
    for (let round = 0; round < 10; round += 1) {
      door.lose()
      await clock.run(BACKOFF_CAP_MS)
    }
    // Ten rounds later the pause is still short after a relay that has held, and long after one that has not.
    const knocks = door.knocks
    door.lose()
    await clock.run(BACKOFF_BASE_MS)
    expect(door.knocks).toBe(knocks + 1)
    door.lose()
    await clock.run(BACKOFF_BASE_MS)
    door.lose()
    await clock.run(BACKOFF_BASE_MS)
    expect(door.knocks).toBeLessThan(knocks + 3)
    expect(BACKOFF_RESET_MS).toBeLessThanOrEqual(BACKOFF_CAP_MS)
  })

  test('that is stopped while it opens stays stopped, whatever comes after', async () => {
    const { clock, door, link, states } = setUp()
    door.mood = 'silent'
    const started = link.start()
    link.stop()
    await started
    door.lose()
    await clock.run(10 * BACKOFF_CAP_MS)
    expect(states).toEqual(['opening', 'stopped'])
    expect([door.knocks, clock.pending]).toEqual([1, 0])
  })
})

describe('the pause before a repetition', () => {
  test('doubles to the cap, and jitter covers its upper half', () => {
    expect([backoffMs(1, 0), backoffMs(1, 255)]).toEqual([BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS])
    expect([backoffMs(2, 0), backoffMs(2, 255)]).toEqual([BACKOFF_BASE_MS, 2 * BACKOFF_BASE_MS])
    expect(backoffMs(1_000, 255)).toBe(BACKOFF_CAP_MS)
  })
})
