import type { Clock } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { CHUNK_BYTES } from '../protocol/limits.ts'
import { chunkCount, type PinnedFile } from '../protocol/model/hub-pin.ts'
import { createChunkFiller } from './chunk-filler.ts'
import type { ChunkShelf, Sha256 } from './chunk-shelf.ts'
import { type Fetch, fetchRange, RangeIgnored } from './fetch-range.ts'
import { fileMissing, throwIfCancelled } from './model-errors.ts'
import { createPacer } from './pacer.ts'
import { createPatience } from './patience.ts'
import { planRuns, type Run, sweepOf } from './plan-runs.ts'
import { fileCorrupt, lfsPointer } from './transfer-errors.ts'
import { createWholeFileCheck, type WholeFileCheck } from './whole-file-check.ts'

/** Ranges under way at once: enough to fill a line with long round trips, few enough that no hub calls it an attack. */
const LANES = 4

/** Each round after the first fetches what was found changed on the disk meanwhile: a disk that loses more than this is broken. */
const MAX_ROUNDS = 3

export interface DownloadPorts {
  fetch: Fetch
  sha256: Sha256
  clock: Pick<Clock, 'now' | 'after'>
}

export interface DownloadOptions {
  shelf: ChunkShelf
  /** Address of a file by its path. */
  urlOf: (path: string) => string
  /** For files of which only the whole's hash is known: compared before anything is handed out. Null: every chunk is pinned. */
  pinned: readonly PinnedFile[] | null
  bytesPerSecond: number | null
  /** Called with every byte count that arrives, before more is read; what it throws ends the download. */
  onArrived: (bytes: number) => Promise<void>
  onProgress: (haveBytes: number, totalBytes: number) => void
  signal?: AbortSignal
}

/**
 * Fetches what is missing over several lanes, and keeps each chunk once its digest is right. Resolves when all of it is here and what
 * its pins say. What a failure, a cancel or the end of the page leaves is kept, up to the last PART_BYTES of each lane.
 */
export async function downloadModel(ports: DownloadPorts, options: DownloadOptions): Promise<void> {
  const { shelf, pinned } = options
  const checks = pinned?.map((file, i) => createWholeFileCheck(shelf, i, file, ports.sha256)) ?? null
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await fetchMissing(ports, options, checks)
    if (checks !== null && !(await allRight(shelf, checks))) continue
    await shelf.tidy()
    return
  }
  throw fileMissing({ path: shelf.files[0]?.path ?? '', chunk: 0 })
}

/** Errors: `model/file-corrupt`, after every chunk of that file was thrown away: which one is wrong, one hash for all cannot say. */
async function allRight(shelf: ChunkShelf, checks: readonly WholeFileCheck[]): Promise<boolean> {
  let right = true
  for (const [file, check] of checks.entries()) {
    await check.advance()
    const verdict = check.verdict()
    if (verdict === 'right') continue
    right = false
    if (verdict === 'incomplete') continue
    const { path, bytes } = shelf.files[file] ?? { path: '', bytes: 0 }
    const first = await shelf.read(file, 0)
    for (let chunk = 0; chunk < chunkCount(bytes); chunk += 1) await shelf.remove(file, chunk)
    throw first !== null && isLfsPointer(first) ? lfsPointer(path) : fileCorrupt(path)
  }
  return right
}

/** A failure that no patience mends ends the other lanes too, after what they hold was kept. */
async function fetchMissing(
  ports: DownloadPorts,
  options: DownloadOptions,
  checks: readonly WholeFileCheck[] | null,
): Promise<void> {
  const { shelf } = options
  const queue = planRuns(shelf)
  const stop = new AbortController()
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
  const progress = createProgress(options)
  const lane = {
    ...ports,
    ...options,
    signal,
    progress,
    checks,
    patience: createPatience(ports.clock),
    pacer: createPacer(ports.clock, options.bytesPerSecond),
  }
  const unrangeable = new Set<number>()
  const failures: Error[] = []
  async function work(): Promise<void> {
    try {
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        if (!unrangeable.has(run.file)) await fetchRun(lane, run).catch(sweepLater(run.file))
      }
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)))
      stop.abort()
    }
  }
  function sweepLater(file: number) {
    return (error: unknown): void => {
      if (!(error instanceof RangeIgnored)) throw error
      unrangeable.add(file)
    }
  }
  await Promise.all(Array.from({ length: Math.min(LANES, queue.length) }, work))
  for (const file of failures.length === 0 ? unrangeable : []) {
    const run = sweepOf(shelf, file)
    if (run !== null) await fetchRun(lane, run, true)
  }
  throwIfCancelled(options.signal)
  const [failure] = failures
  if (failure !== undefined) throw failure
  progress.complete()
}

type Lane = DownloadPorts &
  DownloadOptions & {
    signal: AbortSignal
    progress: ReturnType<typeof createProgress>
    checks: readonly WholeFileCheck[] | null
    patience: ReturnType<typeof createPatience>
    pacer: ReturnType<typeof createPacer>
  }

async function fetchRun(lane: Lane, run: Run, acceptWhole = false): Promise<void> {
  const { shelf, signal, progress, patience } = lane
  const file = shelf.files[run.file] ?? { path: '', bytes: 0 }
  const filler = await createChunkFiller(shelf, run)
  while (!filler.done()) {
    const range = {
      url: lane.urlOf(file.path),
      path: file.path,
      start: filler.position(),
      end: Math.min(run.end * CHUNK_BYTES, file.bytes),
      totalBytes: file.bytes,
      acceptWhole,
    }
    try {
      await patience.before(signal)
      const ports = { fetch: lane.fetch, now: lane.clock.now, onArrived: lane.onArrived }
      for await (const piece of fetchRange(ports, range, signal)) {
        progress.arrived(piece.length)
        const finished = await filler.take(piece)
        if (finished > 0) {
          patience.reset()
          await lane.checks?.[run.file]?.advance()
        }
        await lane.pacer.take(piece.length, signal)
      }
    } catch (error) {
      if (error instanceof RangeIgnored) throw error
      if (isLfsPointer(filler.firstBytes())) throw lfsPointer(file.path)
      const lost = CodedError.is(error, 'model/chunk-corrupt') ? await filler.restart() : 0
      // A chunk whose beginning an earlier visit left may be wrong for that beginning's sake: it is fetched whole, once.
      if (lost > 0) progress.lost(lost)
      else await patience.after(error, signal)
    }
  }
}

/** What a person sees: never falls, though a lane may have to fetch again what it had in hand. */
function createProgress({ shelf, onProgress }: DownloadOptions) {
  const totalBytes = shelf.files.reduce((sum, file) => sum + file.bytes, 0)
  let have = shelf.haveBytes()
  let told = have
  onProgress(have, totalBytes)
  return {
    arrived(bytes: number) {
      have = Math.min(have + bytes, totalBytes)
      if (have <= told) return
      told = have
      onProgress(told, totalBytes)
    },
    lost(bytes: number) {
      have -= bytes
    },
    /** Files that share chunks arrive in fewer bytes than they have. */
    complete() {
      if (told < totalBytes) onProgress(totalBytes, totalBytes)
    },
  }
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
function isLfsPointer(bytes: Uint8Array): boolean {
  const beginning = 'version https://git-lfs.github.com/spec/'
  return new TextDecoder().decode(bytes.subarray(0, beginning.length)) === beginning
}
