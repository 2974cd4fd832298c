import { chunkCount } from '../protocol/model/hub-pin.ts'
import type { ChunkShelf } from './chunk-shelf.ts'

/** Neighbouring chunks [first, end) of one file that are fetched with one request. */
export interface Run {
  file: number
  first: number
  end: number
}

/** Chunks per request: few enough that lanes end together, enough that requests do not cost more than bytes. */
const RUN_CHUNKS = 16

/**
 * What is missing, in the order of the files. A chunk with a beginning from earlier starts a run, so that the run can go on after it;
 * a chunk that several places share is fetched for the first of them.
 */
export function planRuns(shelf: ChunkShelf): Run[] {
  const runs: Run[] = []
  const planned = new Set<string>()
  for (const [file, { bytes }] of shelf.files.entries()) {
    for (let chunk = 0; chunk < chunkCount(bytes); chunk += 1) {
      if (shelf.digest(file, chunk) !== null) continue
      const expected = shelf.expected(file, chunk)
      if (expected !== null && planned.has(expected)) continue
      if (expected !== null) planned.add(expected)
      const last = runs.at(-1)
      const goesOn = last?.file === file && last.end === chunk && last.end - last.first < RUN_CHUNKS
      if (goesOn && shelf.begun(file, chunk) === 0) last.end += 1
      else runs.push({ file, first: chunk, end: chunk + 1 })
    }
  }
  return runs
}

/** All that is missing of a file, in one run from its first missing chunk to its end: for a server that cannot send parts. */
export function sweepOf(shelf: ChunkShelf, file: number): Run | null {
  const end = chunkCount(shelf.files[file]?.bytes ?? 0)
  for (let first = 0; first < end; first += 1) if (shelf.digest(file, first) === null) return { file, first, end }
  return null
}
