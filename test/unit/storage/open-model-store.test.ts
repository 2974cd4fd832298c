import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryDirectory } from '../../../src/storage/memory-directory.ts'
import { openModelStore } from '../../../src/storage/open-model-store.ts'
import { createModelServer, sampleModel } from './model-server.ts'

const model = sampleModel()

function refuse(): Promise<never> {
  return Promise.reject(new DOMException('refused', 'SecurityError'))
}

afterEach(() => {
  vi.unstubAllGlobals()
})

test('a browser that refuses private files keeps the model for this visit, and says so', async () => {
  vi.stubGlobal('navigator', { storage: { getDirectory: refuse, estimate: refuse, persist: refuse } })
  vi.stubGlobal('fetch', createModelServer(model).fetch)
  const store = await openModelStore({ catalogue: model.catalogue })
  expect(store.persistence).toBe('memory')
  await store.download(model.modelRoot, () => undefined)
  expect(await store.status(model.modelRoot)).toMatchObject({ state: 'complete' })
})

test('a directory that cannot be written to is no private file system', async () => {
  const files = { getFileHandle: async () => ({ getFile: refuse }) }
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => files } })
  expect((await openModelStore({ catalogue: model.catalogue })).persistence).toBe('memory')
})

test('a private file system is used where there is one, and its free room minded', async () => {
  const estimate = async (): Promise<StorageEstimate> => ({ quota: 2_000_000, usage: 1_000_000 })
  vi.stubGlobal('navigator', {
    storage: { getDirectory: async () => createMemoryDirectory(), estimate, persist: refuse },
  })
  vi.stubGlobal('fetch', createModelServer(model).fetch)
  const store = await openModelStore({ catalogue: model.catalogue })
  expect(store.persistence).toBe('opfs')
  await expect(store.download(model.modelRoot, () => undefined)).rejects.toMatchObject({ code: 'model/quota' })
})

test('a page on an insecure address is told to use a secure one', async () => {
  vi.stubGlobal('crypto', {})
  vi.stubGlobal('navigator', {})
  await expect(openModelStore()).rejects.toMatchObject({
    code: 'model/storage-unavailable',
    nextStep: expect.stringContaining('https'),
  })
})
