import { beforeEach, describe, expect, test, vi } from 'vitest'
import { CHUNK_BYTES } from '../../../src/protocol/limits.ts'
import type { ChunkDirectory } from '../../../src/storage/chunk-directory.ts'
import { PART_BYTES } from '../../../src/storage/chunk-shelf.ts'
import { writeWhole } from '../../../src/storage/chunk-store.ts'
import { createMemoryDirectory } from '../../../src/storage/memory-directory.ts'
import { createModelStore, type DeviceModelStore, type ModelStorePorts } from '../../../src/storage/model-store.ts'
import { testModelStore } from '../../conformance/model-store.ts'
import { createImmediateClock } from '../../doubles/immediate-clock.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import {
  createModelServer,
  type ModelServer,
  type ModelServerOptions,
  patternBytes,
  sampleModel,
} from './model-server.ts'

const BIG_FILE = 'onnx/model_q4.onnx'
const model = sampleModel()
const { modelRoot, manifest, catalogue } = model
const bigFile = manifest.files.find((file) => file.path === BIG_FILE)
const totalBytes = catalogue[0]?.totalBytes ?? 0

let directory: ChunkDirectory
beforeEach(() => {
  directory = createMemoryDirectory()
})

/** A new store over the same directory is what a reloaded page has. */
function openStore(server: ModelServer, ports: Partial<ModelStorePorts> = {}, models = catalogue): DeviceModelStore {
  return createModelStore(
    {
      directory,
      persistence: 'memory',
      fetch: server.fetch,
      sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
      clock: createImmediateClock(),
      freeBytes: async () => null,
      askToPersist: () => undefined,
      savesData: () => false,
      ...ports,
    },
    { catalogue: models, hubCatalogue: [] },
  )
}

function open(options?: ModelServerOptions): { store: DeviceModelStore; server: ModelServer } {
  const server = createModelServer(model, options)
  return { server, store: openStore(server) }
}

function ignoreProgress(): void {}

/** Compared at once: the matcher would compare four million numbers one by one. */
async function expectBigFile(store: DeviceModelStore): Promise<void> {
  const bytes = await store.readFile(modelRoot, BIG_FILE)
  expect(Buffer.compare(bytes, model.files.get(BIG_FILE) ?? new Uint8Array())).toBe(0)
}

async function chunkFile(
  chunk: number,
): Promise<{ read(): Promise<Uint8Array<ArrayBuffer>>; write(bytes: Uint8Array<ArrayBuffer>): Promise<void> }> {
  const folder = await (await directory.getDirectoryHandle('models')).getDirectoryHandle(modelRoot)
  const file = await folder.getFileHandle(bigFile?.chunks[chunk] ?? '')
  return {
    read: async () => new Uint8Array(await (await file.getFile()).arrayBuffer()),
    write: (bytes) => writeWhole(file, bytes),
  }
}

describe('the store on the device', () => {
  testModelStore(async () => ({ store: open().store, modelRoot }))
})

describe('the double that participant tests use', () => {
  testModelStore(async () => {
    const store = createTinyModelStore(false)
    return { store, modelRoot: store.modelRoot }
  })
})

describe('a download that was interrupted', () => {
  test('goes on at the first missing chunk, also after a reload', async () => {
    // Breaks inside the third chunk: two are whole.
    const first = open({ endsAfter: { path: BIG_FILE, bytes: 2.4 * CHUNK_BYTES } })
    await expect(first.store.download(modelRoot, ignoreProgress)).rejects.toMatchObject({ code: 'model/truncated' })

    const second = open()
    // Of the third chunk three of its eight parts had been kept; the other files came over other lanes.
    const haveBytes = 2 * CHUNK_BYTES + 3 * PART_BYTES + totalBytes - (bigFile?.bytes ?? 0)
    expect(await second.store.status(modelRoot)).toEqual({ state: 'partial', haveBytes, totalBytes })
    const seen: number[] = []
    await second.store.download(modelRoot, (have) => seen.push(have))
    expect(seen[0]).toBe(haveBytes)
    expect(second.server.requests).toEqual([
      `${BIG_FILE} bytes=${2 * CHUNK_BYTES + 3 * PART_BYTES}-${3.5 * CHUNK_BYTES - 1}`,
    ])
    await expectBigFile(second.store)
  })

  test('goes on even where the server ignores ranges', async () => {
    await expect(
      open({ endsAfter: { path: BIG_FILE, bytes: 2.4 * CHUNK_BYTES } }).store.download(modelRoot, ignoreProgress),
    ).rejects.toMatchObject({ code: 'model/truncated' })
    const { store, server } = open({ ignoresRange: true })
    await store.download(modelRoot, ignoreProgress)
    await expectBigFile(store)
    // Once to find out, once for all that is missing.
    expect(server.requests).toHaveLength(2)
  })

  test('by a connection that broke says how far it came and what to do', async () => {
    const { store } = open({ endsAfter: { path: BIG_FILE, bytes: 1.2 * CHUNK_BYTES }, breaks: true })
    await expect(store.download(modelRoot, ignoreProgress)).rejects.toMatchObject({
      code: 'model/truncated',
      details: { path: BIG_FILE, totalBytes: 3.5 * CHUNK_BYTES },
      nextStep: expect.stringContaining('goes on where it stopped'),
    })
  })

  test('by the person keeps the chunks that had arrived', async () => {
    const stopped = new AbortController()
    let pieces = 0
    const { store } = open({
      onPiece: () => {
        pieces += 1
        // Two pieces are the small files; nine more are two chunks and a half.
        if (pieces === 12) stopped.abort()
      },
    })
    const download = store.download(modelRoot, ignoreProgress, stopped.signal)
    await expect(download).rejects.toMatchObject({ code: 'model/cancelled', nextStep: expect.stringContaining('kept') })
    expect(await store.status(modelRoot)).toMatchObject({
      state: 'partial',
      haveBytes: expect.toSatisfy((have: number) => have > 2 * CHUNK_BYTES),
    })
  })
})

test('chunks with the same bytes are fetched and kept once', async () => {
  const twice = sampleModel(
    new Map([
      ['a', patternBytes(2_000, 1)],
      ['b', patternBytes(2_000, 1)],
    ]),
  )
  const server = createModelServer(twice)
  const store = openStore(server, {}, twice.catalogue)
  await store.download(twice.modelRoot, ignoreProgress)
  expect(server.requests).toEqual(['manifest.json', 'a'])
  expect(await store.readFile(twice.modelRoot, 'b')).toEqual(patternBytes(2_000, 1))
})

describe('a bit that flipped on the disk', () => {
  test('is named, refused, and healed by fetching that chunk alone', async () => {
    await open().store.download(modelRoot, ignoreProgress)
    const file = await chunkFile(1)
    const bytes = await file.read()
    bytes[77] = (bytes[77] ?? 0) ^ 1
    await file.write(bytes)

    const { store, server } = open()
    await expect(store.readFile(modelRoot, BIG_FILE)).rejects.toMatchObject({
      code: 'model/chunk-corrupt',
      details: { path: BIG_FILE, chunk: 1 },
    })
    expect(await store.status(modelRoot)).toMatchObject({ state: 'partial', haveBytes: totalBytes - CHUNK_BYTES })
    await store.download(modelRoot, ignoreProgress)
    expect(server.requests).toEqual([`${BIG_FILE} bytes=${CHUNK_BYTES}-${2 * CHUNK_BYTES - 1}`])
    await expectBigFile(store)
  })

  test('in two chunks apart costs two requests, and what lies between is not fetched', async () => {
    await open().store.download(modelRoot, ignoreProgress)
    for (const chunk of [0, 2]) await (await chunkFile(chunk)).write(new Uint8Array())
    const { store, server } = open()
    await store.download(modelRoot, ignoreProgress)
    expect(server.requests).toEqual([
      `${BIG_FILE} bytes=0-${CHUNK_BYTES - 1}`,
      `${BIG_FILE} bytes=${2 * CHUNK_BYTES}-${3 * CHUNK_BYTES - 1}`,
    ])
    await expectBigFile(store)
  })

  test('in the kept manifest makes the store ask for it again', async () => {
    await open().store.download(modelRoot, ignoreProgress)
    const folder = await (await directory.getDirectoryHandle('models')).getDirectoryHandle(modelRoot)
    await writeWhole(await folder.getFileHandle('manifest.json'), new TextEncoder().encode('{"version":1}'))
    const { store, server } = open()
    await store.readFile(modelRoot, 'config.json')
    expect(server.requests).toEqual(['manifest.json'])
  })

  test('a chunk that a power cut emptied counts as missing', async () => {
    await open().store.download(modelRoot, ignoreProgress)
    await (await chunkFile(0)).write(new Uint8Array())
    const { store } = open()
    expect(await store.status(modelRoot)).toMatchObject({ state: 'partial' })
    await expect(store.readFile(modelRoot, BIG_FILE)).rejects.toMatchObject({ code: 'model/truncated' })
  })
})

describe('a server that is not to be trusted', () => {
  test('wrong bytes are named by file and chunk, and never kept', async () => {
    const lying = { ...model, files: new Map(model.files).set(BIG_FILE, patternBytes(3.5 * CHUNK_BYTES, 6)) }
    const store = openStore(createModelServer(lying))
    await expect(store.download(modelRoot, ignoreProgress)).rejects.toMatchObject({
      code: 'model/chunk-corrupt',
      details: { path: BIG_FILE, chunk: 0 },
    })
    // The small files came over other lanes.
    expect(await store.status(modelRoot)).toMatchObject({ haveBytes: totalBytes - (bigFile?.bytes ?? 0) })
  })

  test('a manifest of another model is not the pinned one', async () => {
    const foreign = { ...model, manifest: { ...manifest, name: 'Other' } }
    const store = openStore(createModelServer(foreign))
    await expect(store.download(modelRoot, ignoreProgress)).rejects.toMatchObject({ code: 'model/root-mismatch' })
  })

  test('a missing file is a failed download with its status', async () => {
    const poorer = { ...model, files: new Map([...model.files].filter(([path]) => path !== 'tokenizer.json')) }
    await expect(openStore(createModelServer(poorer)).download(modelRoot, ignoreProgress)).rejects.toMatchObject({
      code: 'model/download-failed',
      message: expect.stringContaining('404'),
    })
  })
})

describe('a device with little room or no network', () => {
  test('a model that does not fit is refused before a byte is fetched', async () => {
    const server = createModelServer(model)
    const store = openStore(server, { freeBytes: async () => totalBytes - 1 })
    await expect(store.download(modelRoot, ignoreProgress)).rejects.toMatchObject({ code: 'model/quota' })
    expect(server.requests).toEqual(['manifest.json'])
  })

  test('the browser is asked to keep the model when there is something to keep', async () => {
    const askToPersist = vi.fn<() => void>()
    await openStore(createModelServer(model), { askToPersist }).download(modelRoot, ignoreProgress)
    await openStore(createModelServer(model), { askToPersist }).download(modelRoot, ignoreProgress)
    expect(askToPersist).toHaveBeenCalledTimes(1)
  })

  test('a downloaded model is read without any network', async () => {
    await open().store.download(modelRoot, ignoreProgress)
    const store = openStore({ requests: [], fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    expect(await store.status(modelRoot)).toEqual({ state: 'complete', totalBytes })
    await store.download(modelRoot, ignoreProgress)
    expect(await store.readFile(modelRoot, 'tokenizer.json')).toEqual(model.files.get('tokenizer.json'))
  })

  test('an offline download says so in plain words', async () => {
    const store = openStore({ requests: [], fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    await expect(store.download(modelRoot, ignoreProgress)).rejects.toMatchObject({
      code: 'model/download-failed',
      nextStep: expect.stringContaining('connection'),
    })
  })

  test('two tabs that download at once both end complete', async () => {
    const [one, other] = [open().store, open().store]
    await Promise.all([one.download(modelRoot, ignoreProgress), other.download(modelRoot, ignoreProgress)])
    for (const store of [one, other]) expect(await store.status(modelRoot)).toEqual({ state: 'complete', totalBytes })
    await expectBigFile(other)
  })
})

test('a download makes room first: models that the catalogue no longer has are forgotten, the others stay', async () => {
  const { store } = open()
  const models = await directory.getDirectoryHandle('models', { create: true })
  const old = await models.getDirectoryHandle('0'.repeat(64), { create: true })
  await writeWhole(await old.getFileHandle('chunk', { create: true }), Uint8Array.of(1))
  await store.download(modelRoot, ignoreProgress)
  const names: string[] = []
  for await (const name of models.keys()) names.push(name)
  expect(names).toEqual([modelRoot])
  await store.download(modelRoot, ignoreProgress)
  await expectBigFile(store)
})
