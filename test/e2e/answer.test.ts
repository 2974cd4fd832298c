import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '../../src/protocol/hash.ts'
import { type Bundle, bundleOutputIds } from '../../src/protocol/receipt/bundle.ts'
import { contribute, stopContributing } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf, textOf } from '../../tools/drive/requester-page.ts'
import { createWorld, type World } from './world.ts'

let world: World
let contributor: Awaited<ReturnType<World['open']>>
let requester: Awaited<ReturnType<World['open']>>
let evidence: Awaited<ReturnType<typeof evidenceOf>>

beforeAll(async () => {
  world = await createWorld()
  contributor = await world.open('contribute', '?provider=referee')
  await contribute(contributor.page)
  requester = await world.open('ask')
})

afterAll(async () => {
  await world.end()
})

test('an answer travels from one browser process to another over WebRTC and is found identical', async () => {
  const answer = await ask(requester.page, { prompt: 'Once upon a time', temperatureMilli: 800, maxTokens: 96 })
  await accepted(answer)
  const sentence = await answer.locator('.locus-sentence').innerText()
  evidence = await evidenceOf(answer)
  const ids = bundleOutputIds(evidence.bundle)
  expect(sentence).toContain('over a direct WebRTC connection')
  const segments = Math.ceil(ids.length / 32)
  expect(sentence).toContain(`${ids.length} of ${ids.length} tokens and ${segments} of ${segments} segments identical`)
  expect((await textOf(answer)).length).toBeGreaterThan(20)

  await answer.locator('.locus summary').click()
  const details = await answer.locator('.locus details').innerText()
  expect(details).toMatch(/\/webrtc/)
  expect(details).toMatch(/not limited by the relay/)
})

test('the contributor counts the answer it gave', async () => {
  await contributor.page.getByText('1 answer given').waitFor()
})

test('the evidence is a signed receipt under the embedded model, and a greedy answer repeats itself', async () => {
  const [first, second] = [await greedyAnswer(), await greedyAnswer()]
  expect(bundleOutputIds(first)).toEqual(bundleOutputIds(second))
  const [leg] = first.legs
  expect(leg?.signed?.receipt.modelRoot).toBeDefined()
  expect(bytesToHex(leg?.signed?.receipt.modelRoot ?? new Uint8Array())).toBe(leg?.request.modelRoot)
})

test('another tab, without any relay, repeats the check from the downloaded file', async () => {
  const stranger = await world.open('check')
  // Everything it needs is fetched now; then the network is gone.
  await stranger.page.route('**/locus.json', (route) => route.abort())
  await stranger.page.locator('#evidence').setInputFiles({
    name: 'evidence.json',
    mimeType: 'application/json',
    buffer: Buffer.from(evidence.json),
  })
  await stranger.page.getByText(/segments identical/).waitFor()
  const text = await stranger.page.locator('.story-answer').textContent()
  expect(text).toBe(await textOf(requester.page.locator('article.answer').last()))
})

test('evidence in which one id was changed is refused, with the reason', async () => {
  const stranger = await world.open('check')
  const forged = JSON.parse(evidence.json) as { legs: { segments: { ids: number[] }[] }[] }
  const ids = forged.legs[0]?.segments[0]?.ids ?? []
  ids[3] = ids[3] === 7 ? 8 : 7
  await stranger.page.locator('#evidence').setInputFiles({
    name: 'forged.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(forged)),
  })
  await stranger.page
    .getByText(/does not hash to what its provider signed|receipt\/hash-chain/)
    .first()
    .waitFor()
})

test('Check it yourself repeats the check in the tab that asked', async () => {
  const answer = requester.page.locator('article.answer').last()
  await answer.getByRole('button', { name: 'Check it yourself' }).click()
  await answer
    .locator('.recheck')
    .getByText(/identical/)
    .first()
    .waitFor()
})

test('Stop keeps what was written so far, receipt and check included', async () => {
  const answer = await ask(requester.page, { prompt: 'Far away in the wood', temperatureMilli: 800, maxTokens: 384 })
  await requester.page.waitForFunction(() => (document.querySelector('.story-answer')?.textContent?.length ?? 0) > 20)
  await answer.getByRole('button', { name: 'Stop', exact: true }).click()
  await accepted(answer)
  const { bundle } = await evidenceOf(answer)
  expect(bundle.legs.at(-1)?.signed?.receipt.finish).not.toBe('length')
  expect(await answer.locator('.locus-sentence').innerText()).toMatch(/identical/)
})

test('a second tab of the same browser does not compute beside the first', async () => {
  const page = await contributor.page.context().newPage()
  await page.goto(`${world.devnet.pageUrl}#/contribute`)
  await page.getByRole('button', { name: 'Contribute', exact: true }).click()
  await page.locator('.dial[data-state="failed"]').waitFor()
  expect(await page.locator('main').innerText()).toMatch(/another tab/i)
  await page.close()
})

test('two windows of one browser are two participants: one answers the other', async () => {
  const page = await contributor.page.context().newPage()
  await page.goto(`${world.devnet.pageUrl}#/ask`)
  const answer = await ask(page, { prompt: 'Once upon a time', temperatureMilli: 0, maxTokens: 32 })
  await accepted(answer)
  expect(await answer.locator('.locus-sentence').innerText()).toMatch(/over a direct WebRTC connection.*identical/)
  await page.close()
})

test('Stop ends contributing, and Contribute begins again', async () => {
  await stopContributing(contributor.page)
  await contribute(contributor.page)
})

test('no page broke its content policy, threw, or asked a third party for anything', () => {
  expect(world.problems()).toEqual([])
})

async function greedyAnswer(): Promise<Bundle> {
  const answer = await ask(requester.page, { prompt: 'The fox said', temperatureMilli: 0, maxTokens: 32 })
  await accepted(answer)
  return (await evidenceOf(answer)).bundle
}
