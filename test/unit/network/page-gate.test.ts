import type { Connection, MultiaddrConnection, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import {
  INBOUND_DIAL_BURST,
  INBOUND_DIAL_INTERVAL_MS,
  SIGNALLING_SETTLE_MS,
} from '../../../src/network/network-limits.ts'
import { createPageGate } from '../../../src/network/page-gate.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

const RELAY_PEER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const OTHER_PEER = '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X'
const RELAY = `/dns4/relay.example/tcp/443/tls/ws/p2p/${RELAY_PEER}`

function setUp({ mayDialRelay = true, streams = [] as Stream[] } = {}) {
  const clock = createFakeClock()
  const connections = () => [{ streams } as Connection]
  return {
    clock,
    gate: createPageGate({ relay: multiaddr(RELAY), clock, mayDialRelay: () => mayDialRelay, connections }),
  }
}

describe('a page', () => {
  test('dials its relay, and others through it, and nothing else', () => {
    const { gate } = setUp()
    const denied = (address: string) => gate.denyDialMultiaddr?.(multiaddr(address))
    expect(denied(RELAY)).toBe(false)
    expect(denied(`${RELAY}/p2p-circuit/p2p/${OTHER_PEER}`)).toBe(false)
    expect(denied(`${RELAY}/p2p-circuit/webrtc/p2p/${OTHER_PEER}`)).toBe(false)
    for (const address of [
      '/ip4/192.168.0.1/tcp/80/ws',
      `/dns4/relay.example/tcp/443/tls/ws/p2p/${OTHER_PEER}`,
      `/dns4/relay.example/tcp/80/ws/p2p/${RELAY_PEER}`,
      `/ip4/127.0.0.1/tcp/9/ws/p2p/${RELAY_PEER}/p2p-circuit/p2p/${OTHER_PEER}`,
      `/dnsaddr/example.org/p2p/${OTHER_PEER}`,
    ]) {
      expect(denied(address), address).toBe(true)
    }
  })

  test('does not dial its relay out of turn', () => {
    const { gate } = setUp({ mayDialRelay: false })
    expect(gate.denyDialMultiaddr?.(multiaddr(RELAY))).toBe(true)
    expect(gate.denyDialMultiaddr?.(multiaddr(`${RELAY}/p2p-circuit/p2p/${OTHER_PEER}`))).toBe(false)
  })

  test('lets strangers dial it in a burst and then at a pace', () => {
    const { clock, gate } = setUp()
    const peer = peerIdFromString(OTHER_PEER)
    const deny = () => gate.denyInboundRelayedConnection?.(peer, peer)
    const burst = Array.from({ length: INBOUND_DIAL_BURST }, deny)
    expect(new Set(burst)).toEqual(new Set([false]))
    expect(deny()).toBe(true)
    clock.advance(INBOUND_DIAL_INTERVAL_MS)
    expect([deny(), deny()]).toEqual([false, true])
  })
})

describe('an inbound WebRTC connection', () => {
  const incoming = { remoteAddr: multiaddr(`/webrtc/p2p/${OTHER_PEER}`) } as MultiaddrConnection

  function signalling(): Stream & EventTarget {
    return Object.assign(new EventTarget(), {
      protocol: '/webrtc-signaling/0.0.1',
      direction: 'inbound',
      remoteWriteStatus: 'writable',
    }) as unknown as Stream & EventTarget
  }

  test('waits until its initiator has finished signalling', async () => {
    const stream = signalling()
    const { clock, gate } = setUp({ streams: [stream] })
    let answered = false
    const answer = Promise.resolve(gate.denyInboundConnection?.(incoming)).finally(() => (answered = true))
    await clock.run(SIGNALLING_SETTLE_MS - 1)
    expect(answered).toBe(false)
    stream.dispatchEvent(new Event('remoteCloseWrite'))
    expect(await answer).toBe(false)
    expect(clock.pending).toBe(0)
  })

  test('does not wait for ever, nor when there is nothing to wait for', async () => {
    const { clock, gate } = setUp({ streams: [signalling()] })
    const answer = gate.denyInboundConnection?.(incoming)
    await clock.run(SIGNALLING_SETTLE_MS)
    expect(await answer).toBe(false)
    expect(await setUp().gate.denyInboundConnection?.(incoming)).toBe(false)
  })
})

describe('an aborted WebSocket connection', () => {
  test('closes its socket with a code that may be sent', async () => {
    const closes: unknown[][] = []
    const websocket = { close: (...how: unknown[]) => closes.push(how) }
    const { gate } = setUp()
    const outgoing = { websocket } as unknown as MultiaddrConnection
    expect(await gate.denyOutboundConnection?.(peerIdFromString(RELAY_PEER), outgoing)).toBe(false)
    websocket.close(1_006)
    websocket.close(1_000, 'bye')
    websocket.close()
    expect(closes).toEqual([
      [4_000, undefined],
      [1_000, 'bye'],
      [undefined, undefined],
    ])
  })
})
