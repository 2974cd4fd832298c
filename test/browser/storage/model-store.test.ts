import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CHUNK_BYTES } from '../../../src/protocol/limits.ts'
import { EMBEDDED_MODEL } from '../../../src/protocol/model/catalogue.ts'
import { openModelStore } from '../../../src/storage/open-model-store.ts'
import { testModelStore } from '../../conformance/model-store.ts'

const { modelRoot, totalBytes } = EMBEDDED_MODEL
const BIG_FILE = 'onnx/model_q4.onnx'

async function modelFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return await (await root.getDirectoryHandle('models', { create: true })).getDirectoryHandle(modelRoot)
}

async function emptyDisk(): Promise<void> {
  const root = await navigator.storage.getDirectory()
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
}

beforeEach(emptyDisk)
afterEach(async () => {
  vi.restoreAllMocks()
  await emptyDisk()
})

describe('the embedded model, from this origin into the private file system of a real browser', () => {
  testModelStore(async () => ({ store: await openModelStore(), modelRoot }))
})

test('the private file system is what it is kept in', async () => {
  const store = await openModelStore()
  expect(store.persistence).toBe('opfs')
  await store.download(modelRoot, () => undefined)
  const names: string[] = []
  for await (const name of (await modelFolder()).keys()) names.push(name)
  const { files } = await store.manifest(modelRoot)
  expect(names.toSorted()).toEqual([...new Set(files.flatMap((file) => file.chunks)), 'manifest.json'].toSorted())
})

test('a download that was cancelled goes on after a reload, at the first missing chunk', async () => {
  const before = await openModelStore()
  const stopped = new AbortController()
  const cancelled = before.download(
    modelRoot,
    (have) => {
      if (have > 3 * CHUNK_BYTES) stopped.abort()
    },
    stopped.signal,
  )
  await expect(cancelled).rejects.toMatchObject({ code: 'model/cancelled' })

  // A new store knows nothing but what is on the disk.
  const after = await openModelStore()
  const partial = await after.status(modelRoot)
  expect(partial).toMatchObject({ state: 'partial', totalBytes })
  const fetched = vi.spyOn(globalThis, 'fetch')
  const seen: number[] = []
  await after.download(modelRoot, (have) => seen.push(have))
  expect(seen[0]).toBe(partial.state === 'partial' ? partial.haveBytes : 0)
  const ranges = fetched.mock.calls
    .map(([, init]) => new Headers(init?.headers).get('Range'))
    .filter((range) => range !== null)
  // Both graphs were under way; each goes on behind its own beginning.
  expect(ranges.length).toBeGreaterThan(0)
  for (const range of ranges) expect(range).toMatch(/^bytes=[1-9]\d*-/)
  expect(await after.status(modelRoot)).toEqual({ state: 'complete', totalBytes })
})

test('a bit that flipped on the disk is named, never handed out, and healed by a download', async () => {
  const store = await openModelStore()
  await store.download(modelRoot, () => undefined)
  const manifest = await store.manifest(modelRoot)
  const digest = manifest.files.find((file) => file.path === BIG_FILE)?.chunks[2] ?? ''
  const handle = await (await modelFolder()).getFileHandle(digest)
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
  bytes[12_345] = (bytes[12_345] ?? 0) ^ 0b100
  const writer = await handle.createWritable()
  await writer.write(bytes)
  await writer.close()

  const reloaded = await openModelStore()
  await expect(reloaded.readFile(modelRoot, BIG_FILE)).rejects.toMatchObject({
    code: 'model/chunk-corrupt',
    details: { path: BIG_FILE, chunk: 2 },
  })
  expect(await reloaded.status(modelRoot)).toEqual({
    state: 'partial',
    haveBytes: totalBytes - CHUNK_BYTES,
    totalBytes,
  })
  await reloaded.download(modelRoot, () => undefined)
  const whole = await reloaded.readFile(modelRoot, BIG_FILE)
  expect(whole.length).toBe(manifest.files.find((file) => file.path === BIG_FILE)?.bytes)
})

test('two stores that download at once both end complete', async () => {
  const [one, other] = await Promise.all([openModelStore(), openModelStore()])
  await Promise.all([one.download(modelRoot, () => undefined), other.download(modelRoot, () => undefined)])
  expect(await one.status(modelRoot)).toEqual({ state: 'complete', totalBytes })
  expect((await other.readFile(modelRoot, BIG_FILE)).length).toBeGreaterThan(CHUNK_BYTES)
})

test('a private window, which has no private files, keeps the model for the visit', async () => {
  vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(new DOMException('refused', 'SecurityError'))
  const store = await openModelStore()
  expect(store.persistence).toBe('memory')
  await store.download(modelRoot, () => undefined)
  expect(await store.status(modelRoot)).toEqual({ state: 'complete', totalBytes })
})
