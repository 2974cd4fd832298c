import { CHUNK_BYTES } from '../protocol/limits.ts'
import { type ChunkShelf, chunkLength, PART_BYTES } from './chunk-shelf.ts'
import type { Run } from './plan-runs.ts'

/** Cuts what one lane receives into chunks, and keeps the beginning of the chunk that is under way. */
export interface ChunkFiller {
  /** Where in the file the next byte belongs. */
  position(): number
  /** True when every chunk of the run is kept. */
  done(): boolean
  /** Returns how many chunks it finished. Errors: those of `ChunkShelf.write`. */
  take(piece: Uint8Array): Promise<number>
  /**
   * Forgets the chunk under way if its beginning came from an earlier download, and returns how many bytes that loses; 0, with nothing
   * forgotten, if all of it arrived in this run.
   */
  restart(): Promise<number>
  /** What has arrived of the file's very first chunk while that is under way; else empty. */
  firstBytes(): Uint8Array
}

export async function createChunkFiller(shelf: ChunkShelf, run: Run): Promise<ChunkFiller> {
  const file = shelf.files[run.file] ?? { path: '', bytes: 0 }
  let chunk = run.first
  let buffer = new Uint8Array(chunkLength(file, chunk))
  const beginning = await shelf.readBeginning(run.file, chunk)
  buffer.set(beginning)
  let filled = beginning.length
  let keptParts = filled / PART_BYTES
  let isOldBeginning = filled > 0

  /** The last part is not kept: with it the chunk is whole. */
  async function keepParts(): Promise<void> {
    while ((keptParts + 1) * PART_BYTES <= filled && filled < buffer.length) {
      const from = keptParts * PART_BYTES
      await shelf.writePart(run.file, chunk, keptParts, buffer.slice(from, from + PART_BYTES))
      keptParts += 1
    }
  }

  async function finish(): Promise<void> {
    await shelf.write(run.file, chunk, buffer)
    if (keptParts > 0) await shelf.clearParts(run.file, chunk)
    chunk += 1
    buffer = new Uint8Array(chunk < run.end ? chunkLength(file, chunk) : 0)
    filled = 0
    keptParts = 0
    isOldBeginning = false
  }

  // Only the last part of a chunk was missing, and it was empty: a beginning can be a whole chunk.
  if (filled > 0 && filled === buffer.length) await finish()

  return {
    position: () => chunk * CHUNK_BYTES + filled,
    done: () => chunk >= run.end,

    async take(piece) {
      let finished = 0
      let rest = piece
      while (rest.length > 0 && chunk < run.end) {
        const part = rest.subarray(0, buffer.length - filled)
        buffer.set(part, filled)
        filled += part.length
        rest = rest.subarray(part.length)
        if (filled < buffer.length) {
          await keepParts()
        } else {
          await finish()
          finished += 1
        }
      }
      return finished
    },

    async restart() {
      const lost = filled
      await shelf.clearParts(run.file, chunk)
      if (!isOldBeginning) return 0
      filled = 0
      keptParts = 0
      isOldBeginning = false
      return lost
    },

    firstBytes: () => (chunk === 0 ? buffer.subarray(0, filled) : new Uint8Array()),
  }
}
