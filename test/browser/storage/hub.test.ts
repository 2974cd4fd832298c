import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { CHUNK_BYTES } from '../../../src/protocol/limits.ts'
import type { DeviceModelStore } from '../../../src/storage/model-store.ts'
import { openModelStore } from '../../../src/storage/open-model-store.ts'

const hub = inject('hubOrigin')
const REPO = 'locus-tests/tiny-llama'
const WEIGHTS = 'onnx/model_q4.onnx_data'

function open(): Promise<DeviceModelStore> {
  return openModelStore({ catalogue: [], hubCatalogue: [], hub })
}

/** `{}`: the hub behaves. */
async function setHabits(habits: object): Promise<void> {
  await fetch(`${hub}/habits`, { method: 'PUT', mode: 'cors', body: JSON.stringify(habits) })
}

async function emptyDisk(): Promise<void> {
  const root = await navigator.storage.getDirectory()
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
}

beforeEach(async () => {
  await emptyDisk()
  await setHabits({})
})
afterEach(emptyDisk)

function ignoreProgress(): void {}

describe('a hub of another origin, with a content network of a third', () => {
  test('serves a model into the private file system, piece by piece over several lanes', async () => {
    const store = await open()
    const { ref, totalBytes } = await store.addFromHub(REPO, { device: 'webgpu' })
    const seen: number[] = []
    await store.download(ref, (have) => seen.push(have))
    expect(seen.at(-1)).toBe(totalBytes)
    const reloaded = await open()
    const [entry] = await reloaded.list()
    expect(entry).toMatchObject({ ref, status: { state: 'complete', totalBytes }, license: 'apache-2.0' })
    expect(entry?.modelRoot).toMatch(/^[0-9a-f]{64}$/)
    const weights = await reloaded.openFile(ref, WEIGHTS)
    expect((await weights.read(CHUNK_BYTES - 10, 20)).length).toBe(20)
  })

  test('that hides which part it sends is believed, for the hash decides', async () => {
    await setHabits({ exposesHeaders: false, cuts: [100_000, 500_000] })
    const store = await open()
    const { ref } = await store.addFromHub(REPO, { device: 'webgpu' })
    await store.download(ref, ignoreProgress)
    expect(await store.status(ref)).toMatchObject({ state: 'complete' })
  })

  test('that does not let this page read is told apart from one that is not there', async () => {
    await setHabits({ cors: false })
    const store = await open()
    await expect(store.addFromHub(REPO, { device: 'webgpu' })).rejects.toMatchObject({ code: 'model/cors' })
    const nowhere = await openModelStore({ catalogue: [], hubCatalogue: [], hub: 'http://127.0.0.1:9' })
    await expect(nowhere.addFromHub(REPO, { device: 'webgpu' })).rejects.toMatchObject({
      code: 'model/download-failed',
    })
  })

  test('whose lines are cut serves the model all the same, and one changed byte is found', async () => {
    const store = await open()
    const { ref } = await store.addFromHub(REPO, { device: 'webgpu' })
    await setHabits({ cuts: [1, 70_000, 300_000, 900_000, 5, 200_000] })
    await store.download(ref, ignoreProgress)
    await store.delete(ref)
    const again = await store.addFromHub(REPO, { device: 'webgpu' })
    await setHabits({ flips: { path: WEIGHTS, at: 2_000_000 } })
    await expect(store.download(again.ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/file-corrupt' })
    await expect(store.readFile(again.ref, WEIGHTS)).rejects.toMatchObject({ code: 'model/truncated' })
  })

  test('a stopped download goes on after a reload, from the beginning of a chunk that was kept', async () => {
    const store = await open()
    const { ref, totalBytes } = await store.addFromHub(REPO, { device: 'webgpu' })
    const stop = new AbortController()
    const stopped = store.download(ref, (have) => have > 1_700_000 && stop.abort(), stop.signal)
    await expect(stopped).rejects.toMatchObject({ code: 'model/cancelled' })
    const reloaded = await open()
    const partial = await reloaded.status(ref)
    expect(partial).toMatchObject({ state: 'partial', totalBytes })
    const seen: number[] = []
    await reloaded.download(ref, (have) => seen.push(have))
    expect(seen[0]).toBe(partial.state === 'partial' ? partial.haveBytes : 0)
    expect(seen[0]).toBeGreaterThan(1_000_000)
  })
})
