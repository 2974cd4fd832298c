import type { GossipSub } from '@libp2p/gossipsub'
import { expect, test } from 'vitest'
import { GOSSIP_TOPIC_NAMES, GOSSIP_TOPICS } from '../../../src/network/gossip-topics.ts'
import { watchGrafts } from '../../../src/network/watch-grafts.ts'

const RELAY = 'relay'
const TOPICS = GOSSIP_TOPIC_NAMES.map((topic) => GOSSIP_TOPICS[topic].id)

/** As much of gossipsub as is listened to. */
class ScriptedGossip extends EventTarget {
  subscribers: string[] = []
  getSubscribers(): string[] {
    return this.subscribers
  }
  tell(event: 'graft' | 'prune' | 'heartbeat', topic = '', peerId = RELAY): void {
    this.dispatchEvent(new CustomEvent(`gossipsub:${event}`, { detail: { peerId, topic } }))
  }
}

function start() {
  const gossip = new ScriptedGossip()
  const grafts = watchGrafts(gossip as unknown as GossipSub)
  const stop = new AbortController()
  let heard = false
  const wait = (): Promise<void> =>
    grafts.heardBy(RELAY, stop.signal).then(() => {
      heard = true
    })
  const isHeard = async (): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve))
    return heard
  }
  return { gossip, grafts, stop, wait, isHeard }
}

test('the relay hears us once it is in the mesh of every topic, grafts of before included', async () => {
  const { gossip, wait, isHeard } = start()
  const [first = '', ...others] = TOPICS
  gossip.tell('graft', first)
  void wait()
  expect(await isHeard()).toBe(others.length === 0)
  for (const topic of others) gossip.tell('graft', topic, 'somebody-else')
  expect(await isHeard()).toBe(false)
  for (const topic of others) gossip.tell('graft', topic)
  expect(await isHeard()).toBe(true)
})

test('a pruned topic counts no more', async () => {
  const { gossip, wait, isHeard } = start()
  for (const topic of TOPICS) gossip.tell('graft', topic)
  gossip.tell('prune', TOPICS[0])
  void wait()
  expect(await isHeard()).toBe(false)
})

test('a relay that grafts nobody is taken for three heartbeats, and only if it subscribed', async () => {
  const { gossip, wait, isHeard } = start()
  void wait()
  for (let beat = 0; beat < 5; beat++) gossip.tell('heartbeat')
  expect(await isHeard()).toBe(false)
  gossip.subscribers = [RELAY]
  gossip.tell('heartbeat')
  expect(await isHeard()).toBe(true)
})

test('gives up with the reason of its signal', async () => {
  const { stop, wait } = start()
  const waiting = wait()
  stop.abort(new Error('too long'))
  await expect(waiting).rejects.toThrow('too long')
})
