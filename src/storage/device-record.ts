import * as v from 'valibot'
import type { ChunkDirectory } from './chunk-directory.ts'
import { writeWhole } from './chunk-store.ts'

/** A small JSON file at the root of the model directory. Of two tabs that write at once, the last one is kept. */
export interface DeviceRecord<T> {
  /** What was written last; the fallback where there is nothing, or nothing that this version understands. */
  read(): Promise<T>
  /** Never fails: what these records hold is not worth ending a download for. */
  write(value: T): Promise<void>
}

export function createDeviceRecord<T>(
  directory: ChunkDirectory,
  name: string,
  schema: v.GenericSchema<unknown, T>,
  fallback: T,
): DeviceRecord<T> {
  return {
    async read() {
      try {
        const file = await (await directory.getFileHandle(name)).getFile()
        return v.parse(schema, JSON.parse(new TextDecoder().decode(await file.arrayBuffer())))
      } catch {
        return fallback
      }
    },
    async write(value) {
      try {
        const file = await directory.getFileHandle(name, { create: true })
        await writeWhole(file, new TextEncoder().encode(JSON.stringify(value)))
      } catch {
        // A full disk or a second tab: the old value stands.
      }
    },
  }
}
