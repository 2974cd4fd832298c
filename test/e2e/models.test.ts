import type { Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInLfs, listingOf, SAMPLE_REPO, sampleRepository } from '../doubles/hub/hub-repository.ts'
import { createWorld, type World } from './world.ts'

const repository = sampleRepository({ weightBytes: 2_300_000 })
const HUB = 'https://huggingface.co'

let world: World
let opened: Awaited<ReturnType<World['open']>>

beforeAll(async () => {
  world = await createWorld()
  // No hub can be reached: what the browser asks of it is answered here, under the page's own policy.
  opened = await world.open('models', '', { routes: { [`${HUB}/**`]: answerAsHub } })
})

afterAll(async () => {
  await world.end()
})

async function answerAsHub(route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url())
  const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Content-Range' }
  if (pathname === `/api/models/${SAMPLE_REPO}/revision/main`) {
    await route.fulfill({ headers, json: listingOf(repository) })
    return
  }
  const path = pathname.slice(`/${SAMPLE_REPO}/resolve/${repository.revision}/`.length)
  const bytes = repository.files.get(path)
  if (bytes === undefined) {
    await route.fulfill({ status: 404, headers })
    return
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(route.request().headers()['range'] ?? '')
  if (range === null || !isInLfs(bytes)) {
    await route.fulfill({ headers, body: Buffer.from(bytes) })
    return
  }
  const [start, end] = [Number(range[1]), Number(range[2]) + 1]
  const part = { ...headers, 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` }
  await route.fulfill({ status: 206, headers: part, body: Buffer.from(bytes.subarray(start, end)) })
}

test('a person adds a model by its name, downloads it, and finds it verified after a reload', async () => {
  const { page } = opened
  await page.getByLabel('Its name there').fill(SAMPLE_REPO)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const item = page.getByRole('listitem').filter({ hasText: 'tiny-llama' })
  await item.getByRole('button', { name: /^Download/ }).click()
  await item.getByText('On this device, verified').waitFor()
  const root = await item.locator('.copyable-id button').getAttribute('title')
  expect(root).toMatch(/^[0-9a-f]{64}$/)

  await page.reload()
  await item.getByText('On this device, verified').waitFor()
  expect(await item.locator('.copyable-id button').getAttribute('title')).toBe(root)
  await item.getByRole('button', { name: /^Delete/ }).click()
  await item.waitFor({ state: 'detached' })
})

test('the page’s policy lets it reach the hub and nothing else was complained of', () => {
  const problems = world.problems().filter((problem) => !problem.startsWith(`third party: ${HUB}/`))
  expect(problems).toEqual([])
})
