import type { ModelStore } from '../participant/ports.ts'
import { bytesToHex } from '../protocol/hash.ts'
import { CHUNK_BYTES } from '../protocol/limits.ts'
import { CATALOGUE, type CatalogueModel, catalogueModel } from '../protocol/model/catalogue.ts'
import { type ManifestFile, type ModelManifest, manifestBytes } from '../protocol/model/manifest.ts'
import type { ChunkDirectory } from './chunk-directory.ts'
import { type ChunkStore, createChunkStore, forgetOtherModels } from './chunk-store.ts'
import { chunkLength, downloadModel, keptChunks, type Sha256 } from './download-model.ts'
import type { Fetch } from './fetch-range.ts'
import { chunkCorrupt, fileMissing, storeFull, throwIfCancelled } from './model-errors.ts'
import { fetchManifest, MANIFEST_FILE, parseManifest } from './model-manifest.ts'

export interface ModelStorePorts {
  directory: ChunkDirectory
  /** `memory`: the directory ends with the page, and the page says so. */
  persistence: 'opfs' | 'memory'
  fetch: Fetch
  sha256: Sha256
  /** Bytes that may still be kept; null when the browser does not say. */
  freeBytes: () => Promise<number | null>
  /** Asks that the browser not clear the model when the disk runs full. */
  askToPersist: () => void
}

export interface DeviceModelStore extends ModelStore {
  readonly persistence: 'opfs' | 'memory'
}

/** Models on this device, chunk by chunk: nothing is kept, and nothing handed out, before its digest was found right. */
export function createModelStore(
  ports: ModelStorePorts,
  catalogue: readonly CatalogueModel[] = CATALOGUE,
): DeviceModelStore {
  const verified = new Map<string, ModelManifest>()

  function chunksOf(model: CatalogueModel): ChunkStore {
    return createChunkStore(ports.directory, model.modelRoot)
  }

  /** Null when none is kept, or what is kept is no longer the one that was pinned. */
  async function keptManifest(model: CatalogueModel): Promise<ModelManifest | null> {
    const bytes = await chunksOf(model).read(MANIFEST_FILE)
    if (bytes === null) return null
    try {
      return parseManifest(bytes, model)
    } catch {
      return null
    }
  }

  async function manifestOf(model: CatalogueModel, signal: AbortSignal | undefined): Promise<ModelManifest> {
    const known = verified.get(model.modelRoot) ?? (await keptManifest(model))
    const manifest = known ?? parseManifest(await fetchManifest(ports.fetch, model, signal), model)
    verified.set(model.modelRoot, manifest)
    return manifest
  }

  return {
    persistence: ports.persistence,

    manifest: async (modelRoot, signal) => manifestOf(catalogueModel(modelRoot, catalogue), signal),

    async status(modelRoot) {
      const model = catalogueModel(modelRoot, catalogue)
      const manifest = await keptManifest(model)
      if (manifest === null) return { state: 'absent' }
      const totalBytes = manifestBytes(manifest)
      const { bytes } = await keptChunks(manifest, chunksOf(model))
      if (bytes === 0) return { state: 'absent' }
      return bytes === totalBytes
        ? { state: 'complete', totalBytes }
        : { state: 'partial', haveBytes: bytes, totalBytes }
    },

    async download(modelRoot, onProgress, signal) {
      const model = catalogueModel(modelRoot, catalogue)
      throwIfCancelled(signal)
      const manifest = await manifestOf(model, signal)
      const store = chunksOf(model)
      await forgetOtherModels(ports.directory, new Set(catalogue.map((known) => known.modelRoot)))
      const missingBytes = manifestBytes(manifest) - (await keptChunks(manifest, store)).bytes
      const freeBytes = await ports.freeBytes()
      if (freeBytes !== null && freeBytes < missingBytes) throw storeFull(missingBytes)
      if (missingBytes > 0) ports.askToPersist()
      await store.write(MANIFEST_FILE, new TextEncoder().encode(JSON.stringify(manifest)))
      await downloadModel(
        { fetch: ports.fetch, sha256: ports.sha256, store },
        { manifest, basePath: model.basePath, onProgress, ...(signal && { signal }) },
      )
    },

    async readFile(modelRoot, path, signal) {
      const model = catalogueModel(modelRoot, catalogue)
      const manifest = await manifestOf(model, signal)
      const file = manifest.files.find((candidate) => candidate.path === path)
      if (file === undefined) throw fileMissing({ path, chunk: 0 })
      return await readVerified(chunksOf(model), file, ports.sha256, signal)
    },

    async delete(modelRoot) {
      await chunksOf(catalogueModel(modelRoot, catalogue)).removeAll()
    },
  }
}

async function readVerified(
  store: ChunkStore,
  file: ManifestFile,
  sha256: Sha256,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const whole = new Uint8Array(file.bytes)
  for (const [chunk, digest] of file.chunks.entries()) {
    throwIfCancelled(signal)
    const place = { path: file.path, chunk }
    const bytes = await store.read(digest)
    if (bytes === null || bytes.length !== chunkLength(file, chunk)) throw fileMissing(place)
    if (bytesToHex(await sha256(bytes)) !== digest) {
      // Thrown away, so that the next download fetches it anew.
      await store.remove(digest)
      throw chunkCorrupt('stored', place)
    }
    whole.set(bytes, chunk * CHUNK_BYTES)
  }
  return whole
}
