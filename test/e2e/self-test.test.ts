import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleOutputIds } from '../../src/protocol/receipt/bundle.ts'
import { contribute } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf } from '../../tools/drive/requester-page.ts'
import { createWorld, type World } from './world.ts'

const QUESTION = { prompt: 'Once upon a time there was a fox', temperatureMilli: 0, maxTokens: 32 }

/** A graphics card in software takes a good part of a second for a token. */
const SOFTWARE_GPU_TIMEOUT_MS = 240_000

let world: World

beforeAll(async () => {
  world = await createWorld()
})

afterAll(async () => {
  await world.end()
})

interface Served {
  ids: number[]
  /** The contributor's screen. */
  said: string
  /** The answer's locus, as the requester reads it. */
  locus: string
  provider: string | undefined
}

/** The requester has no WebGPU, so it checks on one-thread WASM whatever the contributor computes on. */
async function greedyIds(query: string): Promise<Served> {
  const contributor = await world.open('contribute', query)
  await contribute(contributor.page)
  const said = await contributor.page.locator('main').innerText()
  const requester = await world.open('ask', '', { withoutWebGpu: true })
  const answer = await ask(requester.page, QUESTION)
  await accepted(answer)
  const { bundle } = await evidenceOf(answer)
  await answer.locator('.locus summary').click()
  const locus = await answer.locator('.locus').innerText()
  await Promise.all([contributor.browser.close(), requester.browser.close()])
  return { ids: bundleOutputIds(bundle), said, locus, provider: bundle.legs[0]?.accept.cell.provider }
}

test(
  'software WebGPU answers long prefills wrongly: the page finds out, reads in smaller pieces, and serves what WASM serves',
  async () => {
    const gpu = await greedyIds('?provider=webgpu')
    expect(gpu.provider).toBe('webgpu')
    expect(gpu.said).toMatch(/answers wrongly when it reads many tokens at once/)
    // Another cell owes no equality: the check is a number, judged by nobody yet, and it says so.
    expect(gpu.locus).toMatch(/32 of 32 tokens/)
    expect(gpu.locus).toMatch(/largest margin/)
    expect(gpu.locus).not.toMatch(/segments identical/)

    const wasm = await greedyIds('?provider=referee')
    expect(wasm.provider).toBe('wasm')
    expect(wasm.locus).toMatch(/segments identical/)
    expect(gpu.ids).toEqual(wasm.ids)
  },
  SOFTWARE_GPU_TIMEOUT_MS,
)

test('neither page broke its content policy or threw', () => {
  expect(world.problems()).toEqual([])
})
