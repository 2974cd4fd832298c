import { expect, test } from 'vitest'
import type { ChunkDirectory, ChunkFile } from '../../../src/storage/chunk-directory.ts'
import { createChunkStore } from '../../../src/storage/chunk-store.ts'
import { createMemoryDirectory } from '../../../src/storage/memory-directory.ts'

const bytes = Uint8Array.of(1, 2, 3)

/** A directory whose files all behave in one bad way. */
function directoryOf(file: ChunkFile): ChunkDirectory {
  const directory: ChunkDirectory = {
    getDirectoryHandle: async () => directory,
    getFileHandle: async () => file,
    removeEntry: async () => undefined,
    async *keys() {
      yield 'file'
    },
  }
  return directory
}

function fileThatThrows(name: string): ChunkFile {
  const refuse = async (): Promise<never> => {
    throw new DOMException('refused', name)
  }
  return { getFile: refuse, createWritable: async () => ({ write: refuse, close: refuse, abort: refuse }) }
}

test('a disk that is full is a matter of room', async () => {
  const store = createChunkStore(directoryOf(fileThatThrows('QuotaExceededError')), 'root')
  await expect(store.write('a', bytes)).rejects.toMatchObject({ code: 'model/quota', details: { neededBytes: 3 } })
})

test('a browser that refuses files is said to, with what to do', async () => {
  const store = createChunkStore(directoryOf(fileThatThrows('NotAllowedError')), 'root')
  const unavailable = { code: 'model/storage-unavailable', nextStep: expect.stringContaining('private window') }
  await expect(store.write('a', bytes)).rejects.toMatchObject(unavailable)
  await expect(store.read('a')).rejects.toMatchObject(unavailable)
  await expect(store.size('a')).rejects.toMatchObject(unavailable)
})

test('a write that left fewer bytes than it was given is not taken for done', async () => {
  const forgetful: ChunkFile = {
    getFile: async () => ({ size: 0, arrayBuffer: async () => new ArrayBuffer(0) }),
    createWritable: async () => ({
      write: async () => undefined,
      close: async () => undefined,
      abort: async () => undefined,
    }),
  }
  const store = createChunkStore(directoryOf(forgetful), 'root')
  await expect(store.write('a', bytes)).rejects.toMatchObject({ code: 'model/storage-unavailable' })
})

test('two models do not share their chunks’ fate', async () => {
  const directory = createMemoryDirectory()
  const [one, other] = [createChunkStore(directory, 'one'), createChunkStore(directory, 'other')]
  await one.write('a', bytes)
  await other.write('a', bytes)
  await one.removeAll()
  expect(await one.size('a')).toBe(0)
  expect(await other.read('a')).toEqual(bytes)
})
