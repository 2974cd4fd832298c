import * as v from 'valibot'
import type { ChunkDirectory } from './chunk-directory.ts'
import { createDeviceRecord } from './device-record.ts'
import { dataCapReached } from './transfer-errors.ts'

const UseSchema = v.strictObject({ sinceMs: v.number(), bytes: v.pipe(v.number(), v.minValue(0)) })

/** Thirty days: providers' months begin on days that a page cannot know. */
const PERIOD_MS = 30 * 24 * 3_600_000

/** Written to the disk this often; a page that is killed forgets at most so much. */
const WRITTEN_EVERY_BYTES = 4 * 1024 * 1024

/** Counts what downloads fetched on this device, for the cap that a person sets. */
export interface DataMeter {
  /** Bytes fetched in the current period. */
  used(): Promise<number>
  /** Errors: `model/data-cap` if so many more bytes would pass the cap. */
  expectRoom(bytes: number, capBytes: number | null): Promise<void>
  /** Counts bytes that arrived. Errors: `model/data-cap` once the cap is passed. */
  count(bytes: number, capBytes: number | null): Promise<void>
  flush(): Promise<void>
}

export function createDataMeter(directory: ChunkDirectory, now: () => number): DataMeter {
  const record = createDeviceRecord(directory, 'data-use.json', UseSchema, { sinceMs: 0, bytes: 0 })
  let unwritten = 0

  async function current(): Promise<v.InferOutput<typeof UseSchema>> {
    const use = await record.read()
    const isOver = now() - use.sinceMs >= PERIOD_MS || use.sinceMs > now()
    return isOver ? { sinceMs: now(), bytes: 0 } : use
  }

  async function flush(): Promise<void> {
    const bytes = unwritten
    unwritten = 0
    if (bytes === 0) return
    const use = await current()
    await record.write({ ...use, bytes: use.bytes + bytes })
  }

  const meter: DataMeter = {
    used: async () => (await current()).bytes + unwritten,
    flush,
    async expectRoom(bytes, capBytes) {
      if (capBytes === null) return
      const used = await meter.used()
      if (used + bytes > capBytes) throw dataCapReached(capBytes, used, bytes)
    },
    async count(bytes, capBytes) {
      unwritten += bytes
      if (unwritten >= WRITTEN_EVERY_BYTES) await flush()
      if (capBytes === null) return
      const used = await meter.used()
      if (used > capBytes) throw dataCapReached(capBytes, used, 0)
    },
  }
  return meter
}
