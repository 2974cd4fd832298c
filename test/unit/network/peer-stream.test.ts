import { describe, expect, test } from 'vitest'
import type { ByteStream } from '../../../src/network/byte-stream.ts'
import { createFrameDecoder, encodeMessageFrame, HEARTBEAT_FRAME } from '../../../src/network/frames.ts'
import { WRITE_DEADLINE_MS } from '../../../src/network/network-limits.ts'
import { createPeerStream } from '../../../src/network/peer-stream.ts'
import { HEARTBEAT_INTERVAL_MS, HEARTBEAT_SUSPECT_MS } from '../../../src/protocol/limits.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

/** A transport that keeps what it is given, and is full for as long as the test says. */
function createRecordingTransport() {
  const sent: Uint8Array[] = []
  let onBytes: (bytes: Uint8Array) => void = () => {}
  let onClosed: () => void = () => {}
  let waiting: { resolve(): void; reject(error: Error): void } | null = null
  const transport = {
    sent,
    full: false,
    throwing: false,
    ended: null as 'closed' | Error | null,
    receive: (bytes: Uint8Array) => onBytes(bytes),
    hangUp: () => onClosed(),
    drain() {
      transport.full = false
      waiting?.resolve()
    },
    kinds: () =>
      createFrameDecoder(1_000)
        .push(join(sent))
        .map(({ kind }) => kind),
  }
  const bytes: ByteStream = {
    send(frame) {
      if (transport.throwing) throw new Error('closed')
      sent.push(frame)
      return !transport.full
    },
    drained: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      }),
    attach(bytesListener, closedListener) {
      onBytes = bytesListener
      onClosed = closedListener
    },
    close() {
      transport.ended = 'closed'
    },
    abort(reason) {
      transport.ended = reason
      waiting?.reject(reason)
      onClosed()
    },
  }
  return { transport, bytes }
}

function join(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function open() {
  const clock = createFakeClock()
  const { transport, bytes } = createRecordingTransport()
  let ends = 0
  const stream = createPeerStream({
    bytes,
    remotePeer: 'peer',
    connection: { transport: 'memory', limited: false, remoteAddr: '/memory/peer' },
    clock,
    onEnd: () => {
      ends += 1
    },
  })
  const frames = stream.frames[Symbol.asyncIterator]()
  return { clock, transport, stream, frames, ends: () => ends }
}

describe('heartbeats', () => {
  test('are sent every interval for as long as the stream lives', () => {
    const { clock, transport, stream } = open()
    clock.advance(3 * HEARTBEAT_INTERVAL_MS)
    expect(transport.kinds()).toEqual(['heartbeat', 'heartbeat', 'heartbeat'])
    stream.abort(new Error('enough'))
    expect(clock.pending).toBe(0)
  })

  test('of the other side keep the stream alive, and so does any other byte', async () => {
    const { clock, transport, frames } = open()
    const pieces = [...encodeMessageFrame(Uint8Array.of(7, 7, 7))].map((byte) => Uint8Array.of(byte))
    for (const piece of [HEARTBEAT_FRAME, HEARTBEAT_FRAME, ...pieces]) {
      clock.advance(HEARTBEAT_SUSPECT_MS - 1)
      transport.receive(piece)
    }
    expect((await frames.next()).value).toEqual(Uint8Array.of(7, 7, 7))
    expect(transport.ended).toBeNull()
  })

  test('that stop make the peer lost, once, after what it sent before', async () => {
    const { clock, transport, frames, ends } = open()
    transport.receive(encodeMessageFrame(Uint8Array.of(1)))
    clock.advance(10 * HEARTBEAT_SUSPECT_MS)
    expect((await frames.next()).value).toEqual(Uint8Array.of(1))
    await expect(frames.next()).rejects.toMatchObject({ code: 'network/peer-lost', details: { peer: 'peer' } })
    expect(transport.ended).toMatchObject({ code: 'network/peer-lost' })
    expect([ends(), clock.pending]).toEqual([1, 0])
  })

  test('are suspected no earlier than the limit and no later than one interval after it', () => {
    const { clock, transport } = open()
    clock.advance(HEARTBEAT_SUSPECT_MS - 1)
    expect(transport.ended).toBeNull()
    clock.advance(HEARTBEAT_INTERVAL_MS + 1)
    expect(transport.ended).not.toBeNull()
  })

  test('are not added to a transport that is full', () => {
    const { clock, transport, stream } = open()
    transport.full = true
    void stream.send(Uint8Array.of(1)).catch(() => {})
    return Promise.resolve().then(() => {
      clock.advance(HEARTBEAT_SUSPECT_MS - 1)
      expect(transport.kinds()).toEqual(['message'])
      stream.abort(new Error('enough'))
    })
  })

  test('our own sleep is not the peer’s silence', () => {
    const base = createFakeClock()
    const ticks: (() => void)[] = []
    let now = base.now()
    const { transport, bytes } = createRecordingTransport()
    const stream = createPeerStream({
      bytes,
      remotePeer: 'peer',
      connection: { transport: 'memory', limited: false, remoteAddr: '' },
      clock: { now: () => now, every: (_ms, callback) => (ticks.push(callback), () => {}), after: base.after },
    })
    now += HEARTBEAT_INTERVAL_MS
    ticks[0]?.()
    // The lid was closed for an hour; the peer's heartbeats wait in the event queue behind this tick.
    now += 3_600_000
    ticks[0]?.()
    expect(transport.ended).toBeNull()
    for (let tick = 0; tick < 4; tick += 1) {
      now += HEARTBEAT_INTERVAL_MS
      ticks[0]?.()
    }
    expect(transport.ended).toMatchObject({ code: 'network/peer-lost' })
    stream.abort(new Error('enough'))
  })
})

describe('writing', () => {
  test('waits for a full transport, and keeps the order of concurrent writers', async () => {
    const { transport, stream } = open()
    transport.full = true
    let sent = 0
    const writes = [1, 2, 3].map((n) => stream.send(Uint8Array.of(n)).then(() => (sent += 1)))
    await new Promise(setImmediate)
    expect([transport.sent.length, sent]).toEqual([1, 0])
    transport.drain()
    await Promise.all(writes)
    expect(createFrameDecoder(9).push(join(transport.sent))).toMatchObject(
      [1, 2, 3].map((n) => ({ payload: Uint8Array.of(n) })),
    )
    stream.abort(new Error('enough'))
  })

  test('to a transport that takes nothing ends the stream at the deadline, even while the peer’s heartbeats arrive', async () => {
    const { clock, transport, stream, frames } = open()
    transport.full = true
    const write = expect(stream.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'network/deadline' })
    await new Promise(setImmediate)
    for (let elapsed = 0; elapsed < WRITE_DEADLINE_MS; elapsed += HEARTBEAT_INTERVAL_MS) {
      transport.receive(HEARTBEAT_FRAME)
      clock.advance(HEARTBEAT_INTERVAL_MS)
    }
    await write
    await expect(frames.next()).rejects.toMatchObject({ code: 'network/deadline' })
  })

  test('to a transport that has closed is a lost peer', async () => {
    const { transport, stream } = open()
    transport.throwing = true
    await expect(stream.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'network/peer-lost' })
  })

  test('copies the frame when it is called', async () => {
    const { transport, stream } = open()
    const frame = Uint8Array.of(1, 2)
    const written = stream.send(frame)
    frame.fill(9)
    await written
    expect(createFrameDecoder(9).push(join(transport.sent))).toEqual([
      { kind: 'message', payload: Uint8Array.of(1, 2) },
    ])
    stream.abort(new Error('enough'))
  })
})

describe('ending', () => {
  test('says goodbye after what was written, and takes no more', async () => {
    const { transport, stream, frames, ends } = open()
    const written = stream.send(Uint8Array.of(1))
    const ended = stream.close()
    await expect(stream.send(Uint8Array.of(2))).rejects.toMatchObject({ code: 'network/closed' })
    await Promise.all([written, ended])
    expect(transport.kinds()).toEqual(['message', 'bye'])
    expect(transport.ended).toBe('closed')
    expect((await frames.next()).done).toBe(true)
    await stream.close()
    stream.abort(new Error('too late'))
    expect([ends(), transport.ended]).toEqual([1, 'closed'])
  })

  test('is clean when the peer hangs up on our goodbye', async () => {
    const { transport, stream, frames } = open()
    transport.full = true
    const ended = stream.close()
    await new Promise(setImmediate)
    transport.hangUp()
    expect((await frames.next()).done).toBe(true)
    transport.drain()
    await ended
  })

  test('without a goodbye is a lost peer', async () => {
    const { transport, frames } = open()
    transport.hangUp()
    await expect(frames.next()).rejects.toMatchObject({ code: 'network/peer-lost' })
  })

  test('by a goodbye ignores whatever follows it', async () => {
    const { transport, frames } = open()
    transport.receive(
      join([encodeMessageFrame(Uint8Array.of(1)), Uint8Array.of(2, 0, 0, 0, 0), encodeMessageFrame(Uint8Array.of(2))]),
    )
    transport.receive(Uint8Array.of(9, 9, 9))
    transport.hangUp()
    expect((await frames.next()).value).toEqual(Uint8Array.of(1))
    expect((await frames.next()).done).toBe(true)
  })
})
