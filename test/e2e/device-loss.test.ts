import { afterAll, beforeAll, expect, test } from 'vitest'
import { contribute, waitForDial } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf } from '../../tools/drive/requester-page.ts'
import { createWorld, type World } from './world.ts'

/** Two self-tests of a graphics card in software, and an answer from it. */
const SOFTWARE_GPU_TIMEOUT_MS = 600_000

let world: World

beforeAll(async () => {
  world = await createWorld()
})

afterAll(async () => {
  await world.end()
})

test(
  'a contributor whose graphics device is lost mid-answer says so, tests itself again, and the answer is completed',
  async () => {
    const contributor = await world.open('contribute')
    await contribute(contributor.page)
    const requester = await world.open('ask', '', { withoutWebGpu: true })
    const answer = await ask(requester.page, { prompt: 'Once upon a time', temperatureMilli: 0, maxTokens: 64 })
    await waitForDial(contributor.page, 'serving')
    await requester.page.waitForFunction(() => (document.querySelector('.story-answer')?.textContent?.length ?? 0) > 10)

    const gpu = await contributor.browser.browser.newBrowserCDPSession()
    // The process that is told to crash does not answer.
    gpu.send('Browser.crashGpuProcess').catch(() => undefined)
    await waitForDial(contributor.page, 'paused')
    expect(await contributor.page.locator('.contribute-status').innerText()).toMatch(/graphics device was lost/)
    await waitForDial(contributor.page, 'ready')

    await accepted(answer)
    const { bundle } = await evidenceOf(answer)
    expect(bundle.legs.at(-1)?.signed?.receipt.finish).not.toBe('aborted')
    expect(await answer.locator('.locus-sentence').innerText()).toMatch(/\d+ of 64 tokens/)
  },
  SOFTWARE_GPU_TIMEOUT_MS,
)
