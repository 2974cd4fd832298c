import type { Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { contribute } from '../../tools/drive/contributor-page.ts'
import { accepted, ask } from '../../tools/drive/requester-page.ts'
import { createWorld, type World } from './world.ts'

let world: World
let opened: Awaited<ReturnType<World['open']>>[] = []

beforeAll(async () => {
  world = await createWorld()
})

afterEach(async () => {
  await Promise.all(opened.map(({ browser }) => browser.close()))
  opened = []
})

afterAll(async () => {
  await world.end()
})

const open: World['open'] = async (...args) => {
  const page = await world.open(...args)
  opened.push(page)
  return page
}

/** What the Contribute screen says after the button was pressed and it did not work. */
async function failureOf(routes: Record<string, (route: Route) => Promise<void>>): Promise<string> {
  const { page } = await open('contribute', '?provider=referee', { routes })
  await page.getByRole('button', { name: 'Contribute', exact: true }).click()
  await page.locator('.dial[data-state="failed"]').waitFor()
  return page.locator('main').innerText()
}

/** The real file with its bytes changed on the way. */
function changed(change: (body: Buffer) => Buffer): (route: Route) => Promise<void> {
  return async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: change(await response.body()) })
  }
}

test('a flipped bit in the model is named and never reaches the engine', async () => {
  const flip = changed((body) => {
    body[100] = (body[100] ?? 0) ^ 1
    return body
  })
  const words = await failureOf({ '**/onnx/model_q4.onnx': flip })
  expect(words).toMatch(/onnx\/model_q4\.onnx/)
  expect(words).toMatch(/try again|download/i)
})

test('a truncated model file is named', async () => {
  const bytes = 1_000_000
  const truncate = async (route: Route) => {
    const start = Number(/bytes=(\d+)-/.exec(route.request().headers()['range'] ?? '')?.[1] ?? 0)
    // Whatever comes after the cut is asked for again: a server whose file ends there says so.
    if (start >= bytes) return route.fulfill({ status: 416 })
    const response = await route.fetch()
    return route.fulfill({ response, body: (await response.body()).subarray(0, bytes - start) })
  }
  const words = await failureOf({ '**/onnx/model_q4.onnx': truncate })
  expect(words).toMatch(/onnx\/model_q4\.onnx/)
})

test("a foreign model's manifest is refused, because its root is not the pinned one", async () => {
  const rename = changed((body) => Buffer.from(body.toString().replace('Locus Stories', 'Other Stories')))
  expect(await failureOf({ '**/models/locus-stories/manifest.json': rename })).toMatch(
    /not the ones this page was made for/,
  )
})

test('a model that cannot be fetched says so, and what to do', async () => {
  expect(await failureOf({ '**/models/**': (route) => route.abort() })).toMatch(/try again|connection/i)
})

test('a prompt over the context is refused before anybody is asked', async () => {
  const { page } = await open('ask')
  const answer = await ask(page, { prompt: 'The fox said good morning to the bear. '.repeat(80) })
  await answer.and(page.locator('[data-state="failed"]')).waitFor()
  const words = await answer.innerText()
  expect(words).toMatch(/The prompt is \d+ tokens long/)
  expect(words).toMatch(/Shorten the prompt/)
})

test('an empty question asks for words instead of a provider', async () => {
  const { page } = await open('ask')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByText('Write a few words first.').waitFor()
})

test('with the relay down the page says so, and a contributor is paused with that reason, not ready', async () => {
  const nobody = JSON.stringify({ relay: world.devnet.relayMultiaddr.replace(/tcp\/\d+/, 'tcp/9') })
  const routes = { '**/locus.json': (route: Route) => route.fulfill({ contentType: 'application/json', body: nobody }) }
  const { page } = await open('contribute', '?provider=referee', { routes })
  await page.getByRole('button', { name: 'Contribute', exact: true }).click()
  await page.locator('.notice').getByText(/relay/i).first().waitFor()
  await page.locator('.dial[data-state="paused"]').waitFor()
  expect(await page.locator('.contribute-status').innerText()).toMatch(/relay/i)
})

test('without WebGPU the processor computes, and the page says so', async () => {
  const { page } = await open('contribute', '', { withoutWebGpu: true })
  await page
    .locator('.notice')
    .getByText(/WebGPU|graphics/i)
    .first()
    .waitFor()
  await contribute(page)
  expect(await page.locator('main').innerText()).toMatch(/One-thread WASM/i)
})

test('where a private window keeps nothing, an answer still arrives, and the page says what is not kept', async () => {
  const provider = await open('contribute', '?provider=referee')
  await contribute(provider.page)
  const initScript = `
    Object.defineProperty(window, 'indexedDB', { value: undefined })
    Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: () => Promise.reject(new DOMException('no', 'SecurityError')) })
  `
  const { page } = await open('ask', '', { initScript })
  const answer = await ask(page, { prompt: 'Once upon a time', maxTokens: 32 })
  await page
    .locator('.notice')
    .getByText(/kept|private|closes/i)
    .first()
    .waitFor()
  await accepted(answer)
  expect(await answer.locator('.locus-sentence').innerText()).toMatch(/identical/)
})

test('Stop while nobody is there ends the question with a plain sentence', async () => {
  const { page } = await open('ask')
  const answer = await ask(page, { prompt: 'Is anybody there?' })
  await answer.getByText(/Nobody who can answer/).waitFor()
  await answer.getByRole('button', { name: 'Stop', exact: true }).click()
  await answer.getByText('Stopped before anybody had begun to answer.').last().waitFor()
})
