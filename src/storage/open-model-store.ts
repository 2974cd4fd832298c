import { CodedError } from '../protocol/errors.ts'
import type { ChunkDirectory } from './chunk-directory.ts'
import { writeWhole } from './chunk-store.ts'
import { createMemoryDirectory } from './memory-directory.ts'
import { createModelStore, type DeviceModelStore, type ModelStoreOptions } from './model-store.ts'
import { createPageClock } from './page-clock.ts'

/**
 * The model store over this browser's private file system, or over memory for this visit where there is none (private windows).
 * Errors: `model/storage-unavailable` where the page has no WebCrypto to verify with.
 */
export async function openModelStore(options: ModelStoreOptions = {}): Promise<DeviceModelStore> {
  // Typed as always there; browsers leave both out of insecure contexts.
  const subtle = crypto.subtle as SubtleCrypto | undefined
  const storage = navigator.storage as StorageManager | undefined
  if (subtle === undefined) {
    throw new CodedError({
      code: 'model/storage-unavailable',
      message: 'This page cannot verify a model, because it was not opened over a secure address.',
      nextStep: 'Open the page over https://, or from localhost.',
    })
  }
  const opfs = await openPrivateFiles(storage)
  return createModelStore(
    {
      directory: opfs ?? createMemoryDirectory(),
      persistence: opfs === null ? 'memory' : 'opfs',
      fetch: (url, init) => fetch(url, init),
      sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes)),
      clock: createPageClock(),
      freeBytes: async () => (opfs === null ? null : await freeBytes(storage)),
      // Firefox asks the person: the download does not wait for the answer.
      askToPersist: () => void storage?.persist().catch(() => false),
      savesData: () => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true,
    },
    options,
  )
}

/** Null where files cannot be written: some browsers hand out a directory in private windows and then refuse to use it. */
async function openPrivateFiles(storage: StorageManager | undefined): Promise<ChunkDirectory | null> {
  try {
    const root = await storage?.getDirectory()
    if (root === undefined) return null
    // A name of its own per tab, so that two tabs that open at once do not remove each other's.
    const name = `probe-${crypto.randomUUID()}`
    await writeWhole(await root.getFileHandle(name, { create: true }), Uint8Array.of(1))
    await root.removeEntry(name)
    return root
  } catch {
    return null
  }
}

async function freeBytes(storage: StorageManager | undefined): Promise<number | null> {
  try {
    const { quota, usage } = (await storage?.estimate()) ?? {}
    return quota === undefined ? null : quota - (usage ?? 0)
  } catch {
    return null
  }
}
