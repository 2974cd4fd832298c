import * as v from 'valibot'
import type { DownloadSettings } from '../participant/ports.ts'
import type { ChunkDirectory } from './chunk-directory.ts'
import { createDeviceRecord, type DeviceRecord } from './device-record.ts'

const cap = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 50)))

const SettingsSchema = v.strictObject({
  bytesPerSecond: cap,
  bytesPerMonth: cap,
  evenWhenSavingData: v.boolean(),
})

const DEFAULT_SETTINGS: DownloadSettings = { bytesPerSecond: null, bytesPerMonth: null, evenWhenSavingData: false }

export function openDownloadSettings(directory: ChunkDirectory): DeviceRecord<DownloadSettings> {
  return createDeviceRecord(directory, 'download-settings.json', SettingsSchema, DEFAULT_SETTINGS)
}
