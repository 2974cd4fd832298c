import type { ModelFile } from '../participant/ports.ts'
import { bytesToHex } from '../protocol/hash.ts'
import { CHUNK_BYTES } from '../protocol/limits.ts'
import type { ManifestFile, ModelManifest } from '../protocol/model/manifest.ts'
import { chunkLength, type Sha256 } from './chunk-shelf.ts'
import type { ChunkStore } from './chunk-store.ts'
import { chunkCorrupt, fileMissing, throwIfCancelled } from './model-errors.ts'

export interface ReaderOptions {
  store: ChunkStore
  manifest: ModelManifest
  /** Name of a chunk in the store. */
  nameOf: (file: number, chunk: number, digest: string) => string
  sha256: Sha256
}

/** Reads a model's files, and hands out no chunk that is not what the manifest says. */
export interface ModelReader {
  /** Errors: `model/truncated` where the manifest has no such file. */
  open(path: string): ModelFile
  /** Whether a chunk is here and right; a wrong one is thrown away. Errors: those of the store. */
  check(file: number, chunk: number): Promise<'right' | 'missing' | 'wrong'>
}

export function createModelReader({ store, manifest, nameOf, sha256 }: ReaderOptions): ModelReader {
  async function readChunk(file: number, chunk: number): Promise<Uint8Array<ArrayBuffer>> {
    const found: ManifestFile = manifest.files[file] ?? { path: '', bytes: 0, chunks: [] }
    const { path, chunks } = found
    const digest = chunks[chunk] ?? ''
    const name = nameOf(file, chunk, digest)
    const bytes = await store.read(name)
    if (bytes === null || bytes.length !== chunkLength(found, chunk)) {
      throw fileMissing({ path, chunk })
    }
    if (bytesToHex(await sha256(bytes)) !== digest) {
      // Thrown away, so that the next download fetches it anew.
      await store.remove(name)
      throw chunkCorrupt('stored', { path, chunk })
    }
    return bytes
  }

  return {
    open(path) {
      const file = manifest.files.findIndex((candidate) => candidate.path === path)
      const found = manifest.files[file]
      if (found === undefined) throw fileMissing({ path, chunk: 0 })
      // Readers go through a file in order, in pieces that need not be chunks.
      let last: { chunk: number; bytes: Uint8Array } | null = null
      return {
        bytes: found.bytes,
        async read(offset, length, signal) {
          const end = Math.min(offset + length, found.bytes)
          const out = new Uint8Array(Math.max(0, end - offset))
          for (let at = offset; at < end; ) {
            throwIfCancelled(signal)
            const chunk = Math.floor(at / CHUNK_BYTES)
            if (last?.chunk !== chunk) last = { chunk, bytes: await readChunk(file, chunk) }
            const from = at - chunk * CHUNK_BYTES
            const part = last.bytes.subarray(from, from + end - at)
            out.set(part, at - offset)
            at += part.length
          }
          // Not held between loads: a chunk is a megabyte.
          if (end === found.bytes) last = null
          return out
        },
      }
    },

    async check(file, chunk) {
      try {
        await readChunk(file, chunk)
        return 'right'
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error)) throw error
        if (error.code === 'model/chunk-corrupt') return 'wrong'
        if (error.code === 'model/truncated') return 'missing'
        throw error
      }
    },
  }
}
