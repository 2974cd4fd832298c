import { describe, expect, test } from 'vitest'
import { createEvidenceShelf, SHELF_LIFE_MS } from '../../../src/participant/evidence-shelf.ts'
import { fetchEvidence } from '../../../src/participant/fetch-evidence.ts'
import type { PeerStream } from '../../../src/participant/ports.ts'
import { serveEvidence } from '../../../src/participant/serve-evidence.ts'
import { EVIDENCE_PART_BYTES, MAX_BUNDLE_BYTES } from '../../../src/protocol/limits.ts'
import {
  encodeEvidenceMessage,
  evidenceHash,
  evidenceParts,
  type HolderMessage,
} from '../../../src/protocol/wire/evidence-messages.ts'
import type { MessageVerdict } from '../../../src/protocol/wire/verdict.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createMemoryHub } from '../../doubles/memory-network.ts'

const evidence = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => (index * 31) % 253)
const BYTES = evidence(EVIDENCE_PART_BYTES + 1_000)
const HASH = evidenceHash(BYTES)

async function town() {
  const clock = createFakeClock()
  const hub = createMemoryHub({ clock })
  const [seeker, holder] = [hub.join('seeker'), hub.join('holder')]
  await Promise.all([seeker.start(), holder.start()])
  const fetch = (hash = HASH, signal?: AbortSignal) =>
    fetchEvidence({ network: seeker, clock }, holder.peerId, hash, signal)
  return { clock, hub, seeker, holder, fetch }
}

/** A town whose holder is honest. */
async function honestTown() {
  const all = await town()
  const shelf = createEvidenceShelf(all.clock)
  const verdicts: MessageVerdict[] = []
  all.holder.onStream('evidence', (stream) => {
    void serveEvidence({ shelf, clock: all.clock }, stream).then((verdict) => verdicts.push(verdict))
  })
  return { ...all, shelf, verdicts }
}

/** A town whose holder reads the wish and does as it likes. */
async function hostileTown(
  act: (stream: PeerStream, send: (message: HolderMessage) => Promise<void>) => Promise<void>,
) {
  const all = await town()
  all.holder.onStream('evidence', (stream) => {
    const send = (message: HolderMessage) => stream.send(encodeEvidenceMessage(message))
    const run = async (): Promise<void> => {
      await stream.frames[Symbol.asyncIterator]().next()
      await act(stream, send)
    }
    run().catch(() => {})
  })
  return all
}

describe('evidence from an honest holder', () => {
  test.each([1, EVIDENCE_PART_BYTES, EVIDENCE_PART_BYTES + 1, MAX_BUNDLE_BYTES])(
    'of %i bytes comes whole',
    async (size) => {
      const { shelf, fetch, verdicts, clock } = await honestTown()
      const bytes = evidence(size)
      const fetched = await fetch(shelf.put(bytes))
      expect(fetched.length).toBe(size)
      expect(evidenceHash(fetched)).toEqual(evidenceHash(bytes))
      await clock.run(0)
      expect(verdicts).toEqual([{ verdict: 'accept' }])
      expect(clock.pending).toBe(0)
    },
  )

  test('that it never had, or had too long ago, is missing', async () => {
    const { shelf, fetch, clock, verdicts } = await honestTown()
    await expect(fetch()).rejects.toMatchObject({ code: 'evidence/missing' })
    const hash = shelf.put(BYTES)
    clock.advance(SHELF_LIFE_MS)
    await expect(fetch(hash)).rejects.toMatchObject({ code: 'evidence/missing' })
    await clock.run(0)
    expect(verdicts).toEqual(Array.from({ length: 2 }, () => ({ verdict: 'ignore', code: 'evidence/missing' })))
    expect(clock.pending).toBe(0)
  })
})

describe('a hostile holder that', () => {
  const [first, second] = evidenceParts(BYTES)
  if (first === undefined || second === undefined) throw new Error('two parts were expected')
  const have: HolderMessage = { type: 'have', bytes: BYTES.length }

  test.each<[string, HolderMessage[], string]>([
    ['announces more than a bundle may have', [{ type: 'have', bytes: MAX_BUNDLE_BYTES + 1 }], 'evidence/too-large'],
    ['sends a part before it says how much there is', [first], 'evidence/bad-message'],
    ['says twice how much there is', [have, have], 'evidence/bad-message'],
    ['begins with the second part', [have, second], 'evidence/bad-message'],
    ['repeats a part', [have, first, first], 'evidence/bad-message'],
    ['sends crumbs', [have, { ...first, bytes: first.bytes.subarray(0, 10) }], 'evidence/bad-message'],
    ['leaves a gap', [have, first, { ...second, offset: second.offset + 1 }], 'evidence/bad-message'],
    [
      'sends more than it announced',
      [
        { type: 'have', bytes: 10 },
        { ...first, bytes: evidence(11) },
      ],
      'evidence/bad-message',
    ],
    ['changes its mind', [have, first, { type: 'missing' }], 'evidence/bad-message'],
    [
      'sends something else of the same length',
      [have, first, { ...second, bytes: evidence(1_000) }],
      'evidence/wrong-bytes',
    ],
    [
      'sends something else in one part',
      [
        { type: 'have', bytes: 9 },
        { ...first, bytes: evidence(9) },
      ],
      'evidence/wrong-bytes',
    ],
  ])('%s is not believed', async (_what, messages, code) => {
    const { fetch, clock } = await hostileTown(async (_stream, send) => {
      for (const message of messages) await send(message)
    })
    await expect(fetch()).rejects.toMatchObject({ code })
    await clock.run(0)
    expect(clock.pending).toBe(0)
  })

  test('sends no CBOR is not believed', async () => {
    const { fetch } = await hostileTown((stream) => stream.send(Uint8Array.of(255)))
    await expect(fetch()).rejects.toMatchObject({ code: 'evidence/bad-message' })
  })

  test('closes half-way is not believed', async () => {
    const { fetch } = await hostileTown(async (stream, send) => {
      await send(have)
      await send(first)
      await stream.close()
    })
    await expect(fetch()).rejects.toMatchObject({ code: 'evidence/bad-message' })
  })

  test('vanishes half-way is lost', async () => {
    const { fetch } = await hostileTown(async (stream, send) => {
      await send(have)
      stream.abort(new Error('gone'))
    })
    await expect(fetch()).rejects.toMatchObject({ code: 'network/peer-lost' })
  })

  test('says nothing, but beats its heart, is given up after the deadline of one message', async () => {
    const { fetch, clock } = await hostileTown(() => Promise.resolve())
    const outcome = expect(fetch()).rejects.toMatchObject({ code: 'evidence/too-slow' })
    await clock.run(10_000)
    await outcome
    expect(clock.pending).toBe(0)
  })

  test('sends each part just in time is given up after the deadline of all', async () => {
    const whole = evidence(MAX_BUNDLE_BYTES)
    const { fetch, clock } = await hostileTown(async (_stream, send) => {
      await send({ type: 'have', bytes: whole.length })
      for (const [index, part] of evidenceParts(whole).entries()) {
        clock.after((index + 1) * 9_000, () => void send(part).catch(() => {}))
      }
    })
    const outcome = expect(fetch(evidenceHash(whole))).rejects.toMatchObject({ code: 'evidence/too-slow' })
    await clock.run(60_000)
    await outcome
  })
})

describe('a seeker', () => {
  test('that stops gets its own reason, and the holder’s place is free at once', async () => {
    const { fetch, clock, holder } = await hostileTown(() => Promise.resolve())
    const stop = new AbortController()
    const reason = new Error('the visitor left')
    const outcome = expect(fetch(HASH, stop.signal)).rejects.toBe(reason)
    await clock.run(0)
    stop.abort(reason)
    await outcome
    await clock.run(0)
    expect(clock.pending).toBe(0)
    expect(holder.peerId).toBe('holder')
  })

  test('whose peer serves no evidence hears so', async () => {
    const { fetch } = await town()
    await expect(fetch()).rejects.toMatchObject({ code: 'network/peer-lost' })
  })
})

describe('a hostile seeker', () => {
  async function seek(act: (stream: PeerStream) => Promise<void>, passMs = 0): Promise<MessageVerdict[]> {
    const { seeker, shelf, clock, verdicts } = await honestTown()
    shelf.put(BYTES)
    const stream = await seeker.openStream('holder', 'evidence')
    await act(stream)
    await clock.run(passMs)
    return verdicts
  }
  const want = encodeEvidenceMessage({ type: 'want', hash: HASH })

  test('that sends no wish is rejected', async () => {
    const verdicts = await seek((stream) => stream.send(Uint8Array.of(1, 2, 3)))
    expect(verdicts).toEqual([{ verdict: 'reject', code: 'evidence/bad-message' }])
  })

  test('that wishes twice is rejected', async () => {
    const verdicts = await seek(async (stream) => {
      await stream.send(want)
      await stream.send(want)
    })
    expect(verdicts).toEqual([{ verdict: 'reject', code: 'evidence/bad-message' }])
  })

  test('that closes without a wish costs nothing', async () => {
    expect(await seek((stream) => stream.close())).toEqual([{ verdict: 'ignore', code: 'evidence/no-wish' }])
  })

  test('that says nothing gives its place back after the deadline', async () => {
    expect(await seek(() => Promise.resolve(), 10_000)).toEqual([{ verdict: 'ignore', code: 'network/deadline' }])
  })

  test('that never says goodbye gives its place back after the deadline', async () => {
    expect(await seek((stream) => stream.send(want), 10_000)).toEqual([{ verdict: 'ignore', code: 'network/deadline' }])
  })
})
