import { expect, test } from 'vitest'
import type { ModelStore } from '../../src/participant/ports.ts'
import { bytesToHex, sha256 } from '../../src/protocol/hash.ts'
import { CHUNK_BYTES } from '../../src/protocol/limits.ts'
import { manifestBytes, modelRootOf } from '../../src/protocol/model/manifest.ts'

export interface ModelStoreUnderTest {
  /** Nothing downloaded yet. */
  store: ModelStore
  /** Of a model that it can download. */
  modelRoot: string
}

/** What every model store owes its callers. */
export function testModelStore(create: () => Promise<ModelStoreUnderTest>): void {
  test('the manifest has the root it was asked for by', async () => {
    const { store, modelRoot } = await create()
    expect(modelRootOf(await store.manifest(modelRoot))).toBe(modelRoot)
  })

  test('a model is absent, then downloaded with progress up to its last byte, then complete', async () => {
    const { store, modelRoot } = await create()
    const totalBytes = manifestBytes(await store.manifest(modelRoot))
    expect(await store.status(modelRoot)).toEqual({ state: 'absent' })
    const seen: number[] = []
    await store.download(modelRoot, (have, total) => {
      expect(total).toBe(totalBytes)
      seen.push(have)
    })
    expect(seen.at(0)).toBe(0)
    expect(seen.at(-1)).toBe(totalBytes)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(await store.status(modelRoot)).toEqual({ state: 'complete', totalBytes })
  })

  test('every file reads back as the manifest has it', async () => {
    const { store, modelRoot } = await create()
    await store.download(modelRoot, () => undefined)
    for (const file of (await store.manifest(modelRoot)).files) {
      const bytes = await store.readFile(modelRoot, file.path)
      expect(bytes.length).toBe(file.bytes)
      const digests = file.chunks.map((_, i) =>
        bytesToHex(sha256(bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES))),
      )
      expect(digests).toEqual(file.chunks)
    }
  })

  test('the bytes it hands out are the caller’s own', async () => {
    const { store, modelRoot } = await create()
    await store.download(modelRoot, () => undefined)
    const first = await store.readFile(modelRoot, 'config.json')
    const before = first.slice()
    first.fill(0)
    expect(await store.readFile(modelRoot, 'config.json')).toEqual(before)
  })

  test('a file opened in pieces is the file, whatever the pieces are', async () => {
    const { store, modelRoot } = await create()
    await store.download(modelRoot, () => undefined)
    const { files } = await store.manifest(modelRoot)
    const { path, bytes } = files.toSorted((a, b) => b.bytes - a.bytes)[0] ?? { path: '', bytes: 0 }
    const file = await store.openFile(modelRoot, path)
    expect(file.bytes).toBe(bytes)
    const whole = await store.readFile(modelRoot, path)
    for (const offset of [0, 1, 2_999, CHUNK_BYTES - 1, CHUNK_BYTES, bytes - 1, bytes]) {
      for (const length of [0, 1, 700, CHUNK_BYTES + 3]) {
        const piece = await file.read(offset, length)
        const expected = whole.subarray(Math.min(offset, bytes), Math.min(offset + length, bytes))
        expect(piece.length).toBe(expected.length)
        expect(piece.every((byte, i) => byte === expected[i])).toBe(true)
      }
    }
  })

  test('a root that nobody pinned is an unknown model', async () => {
    const { store } = await create()
    const unknown = { code: 'model/unknown', nextStep: expect.stringMatching(/.+/) }
    await expect(store.manifest('00'.repeat(32))).rejects.toMatchObject(unknown)
    await expect(store.status('00'.repeat(32))).rejects.toMatchObject(unknown)
    await expect(store.download('00'.repeat(32), () => undefined)).rejects.toMatchObject(unknown)
    await expect(store.readFile('00'.repeat(32), 'config.json')).rejects.toMatchObject(unknown)
  })

  test('a file that is not here is said to be missing', async () => {
    const { store, modelRoot } = await create()
    await expect(store.readFile(modelRoot, 'config.json')).rejects.toMatchObject({ code: 'model/truncated' })
    await store.download(modelRoot, () => undefined)
    await expect(store.readFile(modelRoot, 'no-such-file')).rejects.toMatchObject({ code: 'model/truncated' })
    await expect(store.openFile(modelRoot, 'no-such-file')).rejects.toMatchObject({ code: 'model/truncated' })
  })

  test('a download that was cancelled beforehand keeps nothing', async () => {
    const { store, modelRoot } = await create()
    const download = store.download(modelRoot, () => undefined, AbortSignal.abort())
    await expect(download).rejects.toMatchObject({ code: 'model/cancelled' })
    expect(await store.status(modelRoot)).toEqual({ state: 'absent' })
  })

  test('a deleted model is absent, and deleting it twice is harmless', async () => {
    const { store, modelRoot } = await create()
    await store.download(modelRoot, () => undefined)
    await store.delete(modelRoot)
    await store.delete(modelRoot)
    expect(await store.status(modelRoot)).toEqual({ state: 'absent' })
    await expect(store.readFile(modelRoot, 'config.json')).rejects.toMatchObject({ code: 'model/truncated' })
  })
}
