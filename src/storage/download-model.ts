import { bytesToHex } from '../protocol/hash.ts'
import { CHUNK_BYTES } from '../protocol/limits.ts'
import { type ManifestFile, type ModelManifest, manifestBytes } from '../protocol/model/manifest.ts'
import type { ChunkStore } from './chunk-store.ts'
import { type Fetch, fetchRange } from './fetch-range.ts'
import { chunkCorrupt } from './model-errors.ts'

export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>

export interface DownloadPorts {
  fetch: Fetch
  sha256: Sha256
  store: ChunkStore
}

export interface DownloadOptions {
  manifest: ModelManifest
  /** Where the manifest's paths begin; ends in a slash. */
  basePath: string
  onProgress: (haveBytes: number, totalBytes: number) => void
  signal?: AbortSignal
}

/** Bytes of a file's chunk: CHUNK_BYTES, or what is left at the end. */
export function chunkLength(file: ManifestFile, chunk: number): number {
  return Math.min(CHUNK_BYTES, file.bytes - chunk * CHUNK_BYTES)
}

/** Digests of the chunks that are kept with their full size, and how many of the model's bytes they are. */
export async function keptChunks(
  manifest: ModelManifest,
  store: ChunkStore,
): Promise<{ digests: Set<string>; bytes: number }> {
  const digests = new Set<string>()
  let bytes = 0
  for (const file of manifest.files) {
    const sizes = await Promise.all(file.chunks.map((digest) => store.size(digest)))
    for (const [chunk, digest] of file.chunks.entries()) {
      if (sizes[chunk] !== chunkLength(file, chunk)) continue
      digests.add(digest)
      bytes += chunkLength(file, chunk)
    }
  }
  return { digests, bytes }
}

/** Fetches what is missing, run by run, and keeps each chunk once its digest is right. */
export async function downloadModel(ports: DownloadPorts, options: DownloadOptions): Promise<void> {
  const { manifest, onProgress, signal } = options
  const totalBytes = manifestBytes(manifest)
  const kept = await keptChunks(manifest, ports.store)
  let haveBytes = kept.bytes
  onProgress(haveBytes, totalBytes)

  for (const file of manifest.files) {
    for (const run of missingRuns(file, kept.digests)) {
      let arrivedBytes = 0
      const range = {
        url: options.basePath + file.path,
        path: file.path,
        start: run.first * CHUNK_BYTES,
        end: Math.min(run.end * CHUNK_BYTES, file.bytes),
        totalBytes: file.bytes,
      }
      const chunks = intoChunks(fetchRange(ports.fetch, range, signal), file, run.first, (bytes) => {
        arrivedBytes += bytes
        onProgress(haveBytes + arrivedBytes, totalBytes)
      })
      for await (const { chunk, bytes } of chunks) {
        const digest = bytesToHex(await ports.sha256(bytes))
        if (digest !== file.chunks[chunk]) throw chunkCorrupt('arrived', { path: file.path, chunk })
        await ports.store.write(digest, bytes)
        kept.digests.add(digest)
      }
      haveBytes += arrivedBytes
    }
  }
}

/** Stretches [first, end) of neighbouring chunks that are not kept: one request each, so that one bad chunk costs 1 MiB to heal. */
function missingRuns(file: ManifestFile, kept: ReadonlySet<string>): { first: number; end: number }[] {
  const runs: { first: number; end: number }[] = []
  for (const [chunk, digest] of file.chunks.entries()) {
    if (kept.has(digest)) continue
    const last = runs.at(-1)
    if (last?.end === chunk) last.end += 1
    else runs.push({ first: chunk, end: chunk + 1 })
  }
  return runs
}

async function* intoChunks(
  pieces: AsyncIterable<Uint8Array>,
  file: ManifestFile,
  firstChunk: number,
  onArrived: (bytes: number) => void,
): AsyncGenerator<{ chunk: number; bytes: Uint8Array<ArrayBuffer> }> {
  let chunk = firstChunk
  let bytes = new Uint8Array(chunkLength(file, chunk))
  let filled = 0
  for await (let piece of pieces) {
    onArrived(piece.length)
    while (piece.length > 0) {
      const part = piece.subarray(0, bytes.length - filled)
      bytes.set(part, filled)
      filled += part.length
      piece = piece.subarray(part.length)
      if (filled < bytes.length) continue
      yield { chunk, bytes }
      chunk += 1
      // The last run's buffer is empty: the pieces end with it.
      bytes = new Uint8Array(Math.max(0, chunkLength(file, chunk)))
      filled = 0
    }
  }
}
