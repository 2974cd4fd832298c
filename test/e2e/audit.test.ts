import { text } from 'node:stream/consumers'
import { cleanup } from 'node-datachannel'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createModelAccess } from '../../src/participant/model-access.ts'
import type { Engine } from '../../src/participant/ports.ts'
import { EMBEDDED_MODEL } from '../../src/protocol/model/catalogue.ts'
import { bundleFromJson } from '../../src/protocol/receipt/bundle-file.ts'
import { contribute, stopContributing } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf, type Question } from '../../tools/drive/requester-page.ts'
import { otherModel } from '../doubles/hostile/other-model.ts'
import { createNodeEngine, createNudgedModelStore, startNodeContributor } from '../doubles/node-contributor.ts'
import { createWorld, type World } from './world.ts'

const QUESTION: Question = { prompt: 'Once upon a time', temperatureMilli: 800, maxTokens: 64 }

/** Download and compilation of the model included, on two busy cores. */
const CHECK_TIMEOUT_MS = 110_000

let world: World
let ada: Awaited<ReturnType<World['open']>>
let bob: Awaited<ReturnType<World['open']>>
let requester: Awaited<ReturnType<World['open']>>
/** Was not there when anything was asked. */
let stranger: Awaited<ReturnType<World['open']>>
let nudged: Engine
let honestEvidence: string
let liarsEvidence: string

beforeAll(async () => {
  world = await createWorld({ chain: true })
  ada = await world.open('contribute', '?provider=referee')
  bob = await world.open('contribute', '?provider=referee')
  requester = await world.open('ask')
  stranger = await world.open('check')
  nudged = createNodeEngine()
  await createModelAccess({ engine: nudged, models: await createNudgedModelStore() }, EMBEDDED_MODEL.modelRoot).load(
    'referee',
  )
  await contribute(ada.page)
  await contribute(bob.page)
})

afterAll(async () => {
  await nudged.stop()
  await world.end()
  // The native threads of WebRTC in Node would keep this process alive.
  cleanup()
})

test('an answer travels: streamed, checked here, drawn by the beacon, attested by another browser, accepted', async () => {
  await watchStates(requester.page)
  const answer = await ask(requester.page, QUESTION)
  await accepted(answer)
  const states = await seenStates(requester.page)
  const order = ['streaming', 'checking', 'drawing', 'attesting', 'accepted']
  expect(states.filter((state) => order.includes(state))).toEqual(order)

  const { json, bundle } = await evidenceOf(answer)
  honestEvidence = json
  const [audit] = bundle.audits
  expect(audit?.commitments).toHaveLength(1)
  expect(audit?.reveals.map(({ attestation }) => attestation.verdict)).toEqual(['pass'])
  expect(audit?.reveals[0]?.attestation.report?.probes).toHaveLength(8)
  expect(await answer.locator('.locus').innerText()).toMatch(/drawn/i)
  // The chain was asked what they have staked, the first question of this page to it, and said that nobody has anything.
  await answer.getByText('Everything known about this answer').click()
  await answer.getByText(/all weigh the same/).waitFor()
  expect(await answer.locator('.locus').innerText()).not.toMatch(/did not say in time/)
})

test('the verifier counts what it checked', async () => {
  const counted = (page: Page): Locator => page.getByText(/checked 1 answer|1 answer.* checked|1 answer of another/i)
  await Promise.race([counted(ada.page).first().waitFor(), counted(bob.page).first().waitFor()])
})

test('a link lets another page fetch the evidence from the page that made it, and repeat all of it', async () => {
  const answer = requester.page.locator('article.answer').first()
  await requester.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await answer.getByRole('button', { name: 'Copy link' }).click()
  const link = await requester.page.evaluate(() => navigator.clipboard.readText())
  await stranger.page.goto(link)
  // Fetching tells a stranger who asks, so it takes a press.
  await stranger.page.getByRole('button', { name: 'Fetch and check' }).click()
  await checked(stranger.page)
  const seen = await stranger.page.locator('main').innerText()
  expect(seen).toMatch(/identical/i)
  expect(seen).toMatch(/drawn/i)
  await stranger.page.getByRole('button', { name: 'Save attestation' }).waitFor()
})

test('a cheating provider is rejected with its code, and where it went wrong is shown with the evidence', async () => {
  await stopContributing(ada.page)
  await stopContributing(bob.page)
  const liar = await startNodeContributor({
    relay: world.devnet.relayMultiaddr,
    corruptEngine: (own) => otherModel(own, nudged),
  })
  try {
    const answer = await ask(requester.page, QUESTION)
    await answer.getByText('check/rows-mismatch').first().waitFor({ state: 'attached' })
    await contribute(ada.page)
    await accepted(answer)
    await answer.getByText('Where it went wrong').click()
    const locus = answer.getByRole('region', { name: 'Locus of an answer that was not used' })
    expect(await locus.innerText()).toMatch(/does not hold/)
    expect(await answer.getByRole('region', { name: 'Locus of this answer' }).innerText()).toMatch(/identical/i)
    const download = requester.page.waitForEvent('download')
    await locus.getByRole('button', { name: 'Save the evidence against it' }).click()
    liarsEvidence = await text(await (await download).createReadStream())
    expect(bundleFromJson(liarsEvidence).legs).toHaveLength(1)
  } finally {
    await liar.stop()
  }
})

test('a tab that was not there settles the dispute offline: the honest answer holds, the cheat does not', async () => {
  // Model, engine and beacon arithmetic are here since the link; nothing else is needed.
  await stranger.page.context().setOffline(true)
  await importEvidence(stranger.page, honestEvidence)
  const honest = await stranger.page.locator('main').innerText()
  expect(honest).toMatch(/identical/i)
  expect(honest).toMatch(/drawn/i)
  await importEvidence(stranger.page, liarsEvidence)
  expect(await stranger.page.locator('main').innerText()).toMatch(/does not hold/)
  await stranger.page.context().setOffline(false)
})

test('no page broke its content policy, threw, or asked a third party for anything', () => {
  expect(world.problems()).toEqual([])
})

async function importEvidence(page: Page, json: string): Promise<void> {
  await page.locator('#evidence').setInputFiles({
    name: 'evidence.json',
    mimeType: 'application/json',
    buffer: Buffer.from(json),
  })
  await checked(page)
}

/** Until the newest check has ended, whichever way. */
async function checked(page: Page): Promise<void> {
  const newest = page.locator('.check-view').first()
  await newest.locator('.locus, .failure').first().waitFor({ timeout: CHECK_TIMEOUT_MS })
  expect(await newest.locator('.failure').allInnerTexts()).toEqual([])
}

/** Every state that the newest answer shows from now on, in order; some last for less than a look takes. */
async function watchStates(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seenStates: seen })
    const note = (): void => {
      const state = document.querySelector('article.answer')?.getAttribute('data-state')
      if (state != null && seen.at(-1) !== state) seen.push(state)
    }
    new MutationObserver(note).observe(document.body, {
      attributes: true,
      attributeFilter: ['data-state'],
      childList: true,
      subtree: true,
    })
  })
}

function seenStates(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { seenStates: string[] }).seenStates)
}
