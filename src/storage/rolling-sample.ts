import * as v from 'valibot'
import type { ModelManifest } from '../protocol/model/manifest.ts'
import type { ChunkDirectory } from './chunk-directory.ts'
import { createDeviceRecord } from './device-record.ts'
import { throwIfCancelled } from './model-errors.ts'
import type { ModelReader } from './model-reader.ts'

const CursorSchema = v.strictObject({ next: v.pipe(v.number(), v.integer(), v.minValue(0)) })

/**
 * Re-hashes the next `count` chunks of all models in turn, round and round, and throws away what has changed. A disk that rots is
 * found out within a few starts, at a cost that no start notices. Returns how many were thrown away.
 */
export async function checkRollingSample(
  directory: ChunkDirectory,
  models: readonly { manifest: ModelManifest; reader: ModelReader }[],
  count: number,
  signal?: AbortSignal,
): Promise<number> {
  const places = models.flatMap(({ manifest, reader }) =>
    manifest.files.flatMap(({ chunks }, file) => chunks.map((_, chunk) => ({ reader, file, chunk }))),
  )
  const cursor = createDeviceRecord(directory, 'sample.json', CursorSchema, { next: 0 })
  const { next } = await cursor.read()
  let wrong = 0
  for (let i = 0; i < Math.min(count, places.length); i += 1) {
    throwIfCancelled(signal)
    const place = places[(next + i) % places.length]
    if (place !== undefined && (await place.reader.check(place.file, place.chunk)) === 'wrong') wrong += 1
  }
  if (places.length > 0) await cursor.write({ next: (next + count) % places.length })
  return wrong
}
