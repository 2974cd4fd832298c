import { cleanup } from 'node-datachannel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createModelAccess } from '../../src/participant/model-access.ts'
import type { Engine } from '../../src/participant/ports.ts'
import { EMBEDDED_MODEL } from '../../src/protocol/model/catalogue.ts'
import type { SignedReceipt } from '../../src/protocol/wire/job-messages.ts'
import { contribute, stopContributing } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf, type Question } from '../../tools/drive/requester-page.ts'
import { otherModel } from '../doubles/hostile/other-model.ts'
import { randomTokens } from '../doubles/hostile/random-tokens.ts'
import { changesAnId, claimsOtherModelRoot, replaysReceipt, tamperingNetwork } from '../doubles/hostile-providers.ts'
import {
  createNodeEngine,
  createNudgedModelStore,
  type NodeContributorOptions,
  startNodeContributor,
} from '../doubles/node-contributor.ts'
import { createWorld, type World } from './world.ts'

const QUESTION: Question = { prompt: 'Once upon a time', temperatureMilli: 800, maxTokens: 64 }

let world: World
let honest: Awaited<ReturnType<World['open']>>
let requester: Awaited<ReturnType<World['open']>>
let oldReceipt: SignedReceipt
let nudged: Engine

beforeAll(async () => {
  world = await createWorld()
  honest = await world.open('contribute', '?provider=referee')
  requester = await world.open('ask')
  nudged = createNodeEngine()
  await createModelAccess({ engine: nudged, models: await createNudgedModelStore() }, EMBEDDED_MODEL.modelRoot).load(
    'referee',
  )

  await contribute(honest.page)
  const answer = await ask(requester.page, QUESTION)
  await accepted(answer)
  const { signed } = (await evidenceOf(answer)).bundle.legs[0] ?? {}
  if (signed == null) throw new Error('the honest answer has no receipt')
  oldReceipt = signed
  await stopContributing(honest.page)
})

afterAll(async () => {
  await nudged.stop()
  await world.end()
  // The native threads of WebRTC in Node would keep this process alive.
  cleanup()
})

test.each<[string, string, () => Omit<NodeContributorOptions, 'relay'>]>([
  ['returns random tokens', 'check/token-rule', () => ({ corruptEngine: randomTokens })],
  [
    "returns another model's tokens",
    'check/rows-mismatch',
    () => ({ corruptEngine: (own) => otherModel(own, nudged) }),
  ],
  [
    'changes an id after signing',
    'receipt/hash-chain',
    () => ({ corruptNetwork: (own) => tamperingNetwork(own, changesAnId) }),
  ],
  [
    'replays an old receipt',
    'receipt/job-mismatch',
    () => ({ corruptNetwork: (own) => tamperingNetwork(own, replaysReceipt(oldReceipt)) }),
  ],
  [
    'claims another model root',
    'receipt/model-root',
    () => ({ corruptNetwork: (own) => tamperingNetwork(own, claimsOtherModelRoot) }),
  ],
])('a provider that %s is rejected with %s, and the honest one still answers', async (_what, code, corrupt) => {
  const liar = await startNodeContributor({ relay: world.devnet.relayMultiaddr, ...corrupt() })
  try {
    // Only the liar is there to ask; the honest provider comes once the lie is found out.
    const answer = await ask(requester.page, QUESTION)
    await answer.getByText(code).first().waitFor({ state: 'attached' })
    await contribute(honest.page)
    await accepted(answer)
    const { bundle } = await evidenceOf(answer)
    expect(bundle.legs).toHaveLength(1)
    expect(await answer.locator('.locus-sentence').innerText()).toMatch(/segments identical/)
    expect(await answer.locator('.locus-sentence').innerText()).not.toContain(liar.peerId.slice(-4))
    await stopContributing(honest.page)
  } finally {
    await liar.stop()
  }
})

test('no lie made a page break its content policy or throw', () => {
  expect(world.problems()).toEqual([])
})
