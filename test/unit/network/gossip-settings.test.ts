import { type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import { connectionInfo } from '../../../src/network/connection-info.ts'
import { gossipSettings } from '../../../src/network/gossip-settings.ts'
import { gossipValidator } from '../../../src/network/gossip-validator.ts'
import { createPeerIdentity, readPeerIdentity } from '../../../src/network/peer-identity.ts'
import { ACCEPT, ignore, type MessageVerdict, reject } from '../../../src/protocol/wire/verdict.ts'

const PUBLISHER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const SOURCE_ID = '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X'
const SOURCE = peerIdFromString(SOURCE_ID)

describe('the gossip validator', () => {
  const signed = { type: 'signed', from: peerIdFromString(PUBLISHER), data: Uint8Array.of(1) } as Message

  test('asks the judge with the publisher that signed, not with the peer that passed the message on', () => {
    const asked: [Uint8Array, string][] = []
    const heard: [MessageVerdict, string][] = []
    const validate = gossipValidator(
      (offer, publisher) => {
        asked.push([offer, publisher])
        return reject('offer/schema')
      },
      (verdict, source) => heard.push([verdict, source]),
    )
    expect(validate(SOURCE, signed)).toBe(TopicValidatorResult.Reject)
    expect(asked).toEqual([[Uint8Array.of(1), PUBLISHER]])
    expect(heard).toEqual([[reject('offer/schema'), SOURCE.toString()]])
  })

  test('turns each verdict into gossipsub’s', () => {
    expect(gossipValidator(() => ACCEPT)(SOURCE, signed)).toBe(TopicValidatorResult.Accept)
    expect(gossipValidator(() => ignore('offer/expired'))(SOURCE, signed)).toBe(TopicValidatorResult.Ignore)
  })

  test('never asks about an unsigned message', () => {
    const unsigned: Message = { type: 'unsigned', topic: 't', data: Uint8Array.of(1) }
    expect(gossipValidator(() => ACCEPT)(SOURCE, unsigned)).toBe(TopicValidatorResult.Ignore)
  })
})

describe('gossip scores', () => {
  test('trust the relay and nobody else from the start', () => {
    const { scoreParams } = gossipSettings({ maxMeshPeers: 32, trustedPeer: 'relay' })
    expect(scoreParams?.appSpecificScore?.('relay')).toBeGreaterThan(0)
    expect(scoreParams?.appSpecificScore?.('anybody')).toBe(0)
  })

  test('are kept for our topics, and no other topic is allowed', () => {
    const { allowedTopics, scoreParams } = gossipSettings({ maxMeshPeers: 32 })
    expect(allowedTopics).toEqual(['locus/offers/2', 'locus/roots/1'])
    expect(Object.keys(scoreParams?.topics ?? {})).toEqual(allowedTopics)
  })
})

describe('connection info', () => {
  test.each([
    [`/ip4/127.0.0.1/tcp/1/ws/p2p/${PUBLISHER}/p2p-circuit/webrtc/p2p/${SOURCE_ID}`, undefined, 'webrtc', false],
    [`/webrtc/p2p/${SOURCE_ID}`, undefined, 'webrtc', false],
    [`/ip4/127.0.0.1/tcp/1/ws/p2p/${PUBLISHER}/p2p-circuit/p2p/${SOURCE_ID}`, { bytes: 1n }, 'circuit', true],
    [`/ip4/127.0.0.1/tcp/1/ws/p2p/${PUBLISHER}`, undefined, 'websocket', false],
  ])('of %s', (address, limits, transport, limited) => {
    const connection = { remoteAddr: multiaddr(address), ...(limits === undefined ? {} : { limits }) }
    expect(connectionInfo(connection)).toEqual({ transport, limited, remoteAddr: address })
  })
})

function flipBit(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.map((byte, position) => (position === index ? byte ^ 1 : byte))
}

describe('a peer identity', () => {
  test('is read back as the same peer', async () => {
    const identity = await createPeerIdentity()
    const [first, second] = [await readPeerIdentity(identity), await readPeerIdentity(identity)]
    expect(first.publicKey.equals(second.publicKey)).toBe(true)
  })

  test('that was damaged or is something else is refused', async () => {
    const identity = await createPeerIdentity()
    await expect(readPeerIdentity(flipBit(identity, identity.length - 1))).rejects.toThrow('the key is damaged')
    await expect(readPeerIdentity(flipBit(identity, 10))).rejects.toThrow('the key is damaged')
    await expect(readPeerIdentity(identity.subarray(0, 20))).rejects.toThrow('not a libp2p private key')
    await expect(readPeerIdentity(new Uint8Array(0))).rejects.toThrow(TypeError)
  })
})
