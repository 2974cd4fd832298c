import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleOutputIds } from '../../src/protocol/receipt/bundle.ts'
import { contribute } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf } from '../../tools/drive/requester-page.ts'
import { createWorld, type World } from './world.ts'

const QUESTION = { prompt: 'Once upon a time there was a fox', temperatureMilli: 0, maxTokens: 32 }

let world: World

beforeAll(async () => {
  world = await createWorld()
})

afterAll(async () => {
  await world.end()
})

async function greedyIds(query: string): Promise<{ ids: number[]; said: string; provider: string | undefined }> {
  const contributor = await world.open('contribute', query)
  await contribute(contributor.page)
  const said = await contributor.page.locator('main').innerText()
  const requester = await world.open('ask')
  const answer = await ask(requester.page, QUESTION)
  await accepted(answer)
  const { bundle } = await evidenceOf(answer)
  await Promise.all([contributor.browser.close(), requester.browser.close()])
  return { ids: bundleOutputIds(bundle), said, provider: bundle.legs[0]?.accept.cell.provider }
}

test('software WebGPU answers long prefills wrongly: the page finds out, reads in smaller pieces, and serves what WASM serves', async () => {
  const gpu = await greedyIds('?provider=webgpu')
  expect(gpu.provider).toBe('webgpu')
  expect(gpu.said).toMatch(/answers wrongly when it reads many tokens at once/)
  const wasm = await greedyIds('?provider=referee')
  expect(wasm.provider).toBe('wasm')
  expect(gpu.ids).toEqual(wasm.ids)
})

test('neither page broke its content policy or threw', () => {
  expect(world.problems()).toEqual([])
})
