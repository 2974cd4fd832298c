import { bytesToHex, concatBytes } from '../protocol/hash.ts'
import { CHUNK_BYTES } from '../protocol/limits.ts'
import type { ChunkStore } from './chunk-store.ts'
import { chunkCorrupt } from './model-errors.ts'

export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>

export interface ShelfFile {
  path: string
  bytes: number
}

/**
 * What is kept of a chunk while it arrives. With four lanes and pieces from the network of up to this size, a page that is killed loses
 * less than one chunk: each lane has at most one part being filled and one piece under way.
 */
export const PART_BYTES = CHUNK_BYTES / 8

/** The chunks of one model on this device, by file and place. `digest` and `haveBytes` tell what was found when it was opened, and since. */
export interface ChunkShelf {
  readonly files: readonly ShelfFile[]
  /** Hex SHA-256 of a chunk that is kept with its full size; null when it is not. */
  digest(file: number, chunk: number): string | null
  /** Hex SHA-256 that a chunk must have; null where it is learnt. */
  expected(file: number, chunk: number): string | null
  /** Bytes of the model that are kept, beginnings of chunks included. */
  haveBytes(): number
  /** Unverified. Null when it is not here after all. */
  read(file: number, chunk: number): Promise<Uint8Array<ArrayBuffer> | null>
  /** Keeps a chunk. Errors: `model/chunk-corrupt` where another digest is pinned; those of the store. */
  write(file: number, chunk: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  remove(file: number, chunk: number): Promise<void>
  /** Bytes of a chunk's beginning that an earlier download left; a multiple of PART_BYTES. */
  begun(file: number, chunk: number): number
  /** That beginning, unverified; shorter than `begun` if the disk lost some of it. */
  readBeginning(file: number, chunk: number): Promise<Uint8Array<ArrayBuffer>>
  writePart(file: number, chunk: number, part: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  clearParts(file: number, chunk: number): Promise<void>
  /** Removes what a page that ended at the wrong moment left beside the finished chunks. Only for a model that is complete. */
  tidy(): Promise<void>
}

export interface ShelfOptions {
  store: ChunkStore
  files: readonly ShelfFile[]
  /** Hex digests by file and chunk, where a manifest pins them; null where they are learnt from what arrives. */
  pinned: readonly (readonly string[])[] | null
  sha256: Sha256
}

const LEARNT_NAME = /^(\d+)\.(\d+)\.([0-9a-f]{64})$/

/** Bytes of a file's chunk: CHUNK_BYTES, or what is left at the end. */
export function chunkLength(file: ShelfFile, chunk: number): number {
  return Math.max(0, Math.min(CHUNK_BYTES, file.bytes - chunk * CHUNK_BYTES))
}

/**
 * Pinned chunks are named by their digest alone. Learnt ones are named `<file>.<chunk>.<digest>`, so that the digest is on the disk in
 * the same moment as the chunk, and a reloaded page finds both by listing a folder.
 */
export async function openShelf({ store, files, pinned, sha256 }: ShelfOptions): Promise<ChunkShelf> {
  const sizes = await sizesOf(store)
  const digests = new Map<string, string>()
  if (pinned === null) {
    for (const name of sizes.keys()) {
      const found = LEARNT_NAME.exec(name)
      if (found !== null) digests.set(`${found[1]}.${found[2]}`, found[3] ?? '')
    }
  }

  const digestAt = (file: number, chunk: number): string | undefined =>
    pinned === null ? digests.get(`${file}.${chunk}`) : pinned[file]?.[chunk]
  const nameOf = (file: number, chunk: number, hash: string): string =>
    pinned === null ? `${file}.${chunk}.${hash}` : hash
  const partName = (file: number, chunk: number, part: number): string => `part.${file}.${chunk}.${part}`
  const lengthAt = (file: number, chunk: number): number => chunkLength(files[file] ?? { path: '', bytes: 0 }, chunk)

  function digest(file: number, chunk: number): string | null {
    const known = digestAt(file, chunk)
    const isKept = known !== undefined && sizes.get(nameOf(file, chunk, known)) === lengthAt(file, chunk)
    return isKept ? known : null
  }

  function begun(file: number, chunk: number): number {
    if (digest(file, chunk) !== null) return 0
    let bytes = 0
    while (sizes.get(partName(file, chunk, bytes / PART_BYTES)) === PART_BYTES) bytes += PART_BYTES
    return Math.min(bytes, lengthAt(file, chunk))
  }

  async function write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await store.write(name, bytes)
    } catch (error) {
      // Another tab that is downloading the same may hold the file, and then has written it: a name stands for its bytes.
      if ((await store.size(name)) !== bytes.length) throw error
    }
    sizes.set(name, bytes.length)
  }

  async function remove(name: string): Promise<void> {
    if (!sizes.delete(name)) return
    await store.remove(name)
  }

  /** What is left over when another tab holds it is removed by the next download. */
  async function sweep(name: string): Promise<void> {
    await remove(name).catch(() => undefined)
  }

  return {
    files,
    digest,
    begun,
    expected: (file, chunk) => pinned?.[file]?.[chunk] ?? null,

    haveBytes() {
      let have = 0
      for (const [file, { bytes }] of files.entries()) {
        for (let chunk = 0; chunk * CHUNK_BYTES < bytes; chunk += 1) {
          have += digest(file, chunk) === null ? begun(file, chunk) : lengthAt(file, chunk)
        }
      }
      return have
    },

    async read(file, chunk) {
      const known = digest(file, chunk)
      const bytes = known === null ? null : await store.read(nameOf(file, chunk, known))
      return bytes?.length === lengthAt(file, chunk) ? bytes : null
    },

    async write(file, chunk, bytes) {
      const found = bytesToHex(await sha256(bytes))
      if (pinned !== null && found !== pinned[file]?.[chunk]) {
        throw chunkCorrupt('arrived', { path: files[file]?.path ?? '', chunk })
      }
      await write(nameOf(file, chunk, found), bytes)
      digests.set(`${file}.${chunk}`, found)
    },

    async remove(file, chunk) {
      const known = digestAt(file, chunk)
      if (known !== undefined) await remove(nameOf(file, chunk, known))
      digests.delete(`${file}.${chunk}`)
    },

    async readBeginning(file, chunk) {
      const parts: Uint8Array<ArrayBuffer>[] = []
      for (let at = 0; at < begun(file, chunk); at += PART_BYTES) {
        const part = await store.read(partName(file, chunk, at / PART_BYTES))
        if (part?.length !== PART_BYTES) break
        parts.push(part)
      }
      return new Uint8Array(concatBytes(...parts))
    },

    async writePart(file, chunk, part, bytes) {
      // A beginning that cannot be kept is fetched again, no more: if the disk is full, the chunk will say so.
      await write(partName(file, chunk, part), bytes).catch(() => undefined)
    },

    async clearParts(file, chunk) {
      for (let part = 0; part * PART_BYTES < CHUNK_BYTES; part += 1) await sweep(partName(file, chunk, part))
    },

    async tidy() {
      for (const name of sizes.keys()) {
        const learnt = LEARNT_NAME.exec(name)
        const isOutdated = learnt !== null && digests.get(`${learnt[1]}.${learnt[2]}`) !== learnt[3]
        if (name.startsWith('part.') || isOutdated) await sweep(name)
      }
    },
  }
}

async function sizesOf(store: ChunkStore): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const name of await store.names()) sizes.set(name, await store.size(name))
  return sizes
}
