import type { Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createModelAccess } from '../../src/participant/model-access.ts'
import { seedOf } from '../../src/protocol/job/job.ts'
import { EMBEDDED_MODEL } from '../../src/protocol/model/catalogue.ts'
import { bundleOutputIds } from '../../src/protocol/receipt/bundle.ts'
import { MODEL_FOLDER } from '../../tools/bench/node-runtime.ts'
import { contribute, waitForDial } from '../../tools/drive/contributor-page.ts'
import { accepted, ask, evidenceOf } from '../../tools/drive/requester-page.ts'
import { createFolderModelStore } from '../doubles/memory-model-store.ts'
import { createNodeEngine } from '../doubles/node-contributor.ts'
import { createWorld, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await createWorld()
})

afterAll(async () => {
  await world.end()
})

test.each([0, 800])(
  'a provider killed mid-answer is resumed by another: nothing lost, nothing repeated, ids as if uninterrupted (T = %i/1000)',
  async (temperatureMilli) => {
    const open = () =>
      world.open('contribute', '?provider=referee', { routes: { '**/assets/workers/main-*.js': slowed } })
    const contributors = [await open(), await open()]
    for (const { page } of contributors) await contribute(page)
    const requester = await world.open('ask')
    const answer = await ask(requester.page, { prompt: 'Once upon a time', temperatureMilli, maxTokens: 384 })
    const serving = await Promise.any(
      contributors.map(async (contributor) => {
        await waitForDial(contributor.page, 'serving')
        return contributor
      }),
    )
    // Some sixty tokens of this model: at least one segment was committed.
    await requester.page.waitForFunction(
      () => (document.querySelector('.story-answer')?.textContent?.length ?? 0) > 240,
    )
    await serving.browser.kill()
    await accepted(answer)

    const { bundle } = await evidenceOf(answer)
    expect(bundle.legs).toHaveLength(2)
    expect(await answer.locator('.locus-sentence').innerText()).toMatch(/segments identical/)

    const [leg] = bundle.legs
    if (leg === undefined) throw new Error('no leg')
    const ids = bundleOutputIds(bundle)
    const uninterrupted = await generateHere(
      leg.request.promptIds,
      seedOf(leg.request, leg.accept, leg.requesterShare),
      {
        ...leg.request,
        maxTokens: ids.length,
      },
    )
    expect(ids).toEqual(uninterrupted)
    await Promise.all(contributors.map(({ browser }) => browser.close()))
  },
)

/**
 * The inference worker of a slower device: it waits between two steps, where it lets messages in. Otherwise the whole answer is there in
 * a second, before anybody could be killed in the middle of it.
 */
async function slowed(route: Route): Promise<void> {
  const response = await route.fetch()
  const wait = `{
    const post = MessagePort.prototype.postMessage
    MessagePort.prototype.postMessage = function (...message) {
      setTimeout(() => post.apply(this, message), 40)
    }
  }\n`
  await route.fulfill({ response, body: wait + (await response.text()) })
}

/** The same answer from one-thread WASM in this process, from beginning to end. */
async function generateHere(
  promptIds: number[],
  seed: Uint8Array,
  {
    maxTokens,
    stopIds,
    sampler,
  }: { maxTokens: number; stopIds: number[]; sampler: Parameters<Generate>[0]['sampler'] },
): Promise<number[]> {
  const engine = createNodeEngine()
  const models = await createFolderModelStore(MODEL_FOLDER)
  await createModelAccess({ engine, models }, EMBEDDED_MODEL.modelRoot).load('referee')
  const ids: number[] = []
  const job = { promptIds, resumedIds: [], maxTokens, stopIds, sampler, seed }
  for await (const event of engine.generate(job, new AbortController().signal)) {
    if (event.type === 'segment') ids.push(...event.ids)
  }
  await engine.stop()
  return ids
}

type Generate = ReturnType<typeof createNodeEngine>['generate']
