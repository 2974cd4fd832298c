import * as v from 'valibot'
import type { Clock, ModelEntry, ModelLibrary, ModelStatus } from '../participant/ports.ts'
import { CATALOGUE, type CatalogueModel } from '../protocol/model/catalogue.ts'
import { HUB_CATALOGUE } from '../protocol/model/hub-catalogue.ts'
import { chunkCount, type HubPin, manifestOfPin, pinBytes, pinIdOf, pinName } from '../protocol/model/hub-pin.ts'
import { type ModelManifest, manifestBytes, modelRootOf } from '../protocol/model/manifest.ts'
import type { ChunkDirectory } from './chunk-directory.ts'
import { type ChunkShelf, openShelf, type Sha256 } from './chunk-shelf.ts'
import { createDataMeter } from './data-meter.ts'
import { createDeviceRecord } from './device-record.ts'
import { downloadModel } from './download-model.ts'
import { openDownloadSettings } from './download-settings.ts'
import type { Fetch } from './fetch-range.ts'
import { hubFileUrl, pinFromHub } from './hub.ts'
import { createKnownModels, type KnownModel } from './known-models.ts'
import { fileMissing, storeFull, throwIfCancelled } from './model-errors.ts'
import { fetchManifest, MANIFEST_FILE, parseManifest } from './model-manifest.ts'
import { createModelReader, type ModelReader } from './model-reader.ts'
import { planRoom } from './plan-room.ts'
import { rememberRedirects } from './remember-redirects.ts'
import { checkRollingSample } from './rolling-sample.ts'
import { dataSaverOn } from './transfer-errors.ts'

export interface ModelStorePorts {
  directory: ChunkDirectory
  /** `memory`: the directory ends with the page, and the page says so. */
  persistence: 'opfs' | 'memory'
  fetch: Fetch
  sha256: Sha256
  clock: Pick<Clock, 'now' | 'after'>
  /** Bytes that may still be kept; null when the browser does not say. */
  freeBytes: () => Promise<number | null>
  /** Asks that the browser not clear the model when the disk runs full. */
  askToPersist: () => void
  /** Whether this device is set to save data. */
  savesData: () => boolean
}

export interface ModelStoreOptions {
  catalogue?: readonly CatalogueModel[]
  hubCatalogue?: readonly HubPin[]
  /** Origin of the hub that models are asked from. */
  hub?: string
}

export interface DeviceModelStore extends ModelLibrary {
  readonly persistence: 'opfs' | 'memory'
}

export const DEFAULT_HUB = 'https://huggingface.co'

/** What a device that saves data may fetch without asking: about a video of a minute. */
const MODEST_BYTES = 20_000_000

const UseSchema = v.record(v.string(), v.number())

/** Models on this device, chunk by chunk: nothing is handed out before its digest was found right. */
export function createModelStore(ports: ModelStorePorts, options: ModelStoreOptions = {}): DeviceModelStore {
  const { catalogue = CATALOGUE, hubCatalogue = HUB_CATALOGUE, hub = DEFAULT_HUB } = options
  const { directory, sha256, clock } = ports
  const known = createKnownModels({ directory, catalogue, hubCatalogue })
  const settings = openDownloadSettings(directory)
  const meter = createDataMeter(directory, clock.now)
  const uses = createDeviceRecord(directory, 'model-use.json', UseSchema, {})
  const verified = new Map<string, ModelManifest>()

  /** Null when none is kept, or what is kept is no longer the one that was pinned. */
  async function keptManifest(model: KnownModel): Promise<ModelManifest | null> {
    if (model.kind === 'hub') return await known.learntManifest(model)
    const bytes = await known.storeOf(model).read(MANIFEST_FILE)
    try {
      return bytes === null ? null : parseManifest(bytes, model.model)
    } catch {
      return null
    }
  }

  async function manifestOf(model: KnownModel, signal?: AbortSignal): Promise<ModelManifest> {
    const kept = verified.get(model.key) ?? (await keptManifest(model))
    if (kept === null && model.kind === 'hub') throw fileMissing({ path: model.pin.files[0]?.path ?? '', chunk: 0 })
    const manifest = kept ?? parseManifest(await fetchManifest(ports.fetch, pageModel(model), signal), pageModel(model))
    verified.set(model.key, manifest)
    return manifest
  }

  async function shelfOf(model: KnownModel, manifest: ModelManifest | null): Promise<ChunkShelf> {
    const files = model.kind === 'hub' ? model.pin.files : (manifest?.files ?? [])
    const pinned = model.kind === 'hub' ? null : (manifest?.files.map((file) => file.chunks) ?? null)
    return await openShelf({ store: known.storeOf(model), files, pinned, sha256 })
  }

  async function statusOf(model: KnownModel): Promise<ModelStatus> {
    const manifest = await keptManifest(model)
    if (manifest === null && model.kind === 'page') return { state: 'absent' }
    const totalBytes = model.kind === 'hub' ? pinBytes(model.pin) : manifestBytes(await manifestOf(model))
    const haveBytes = (await shelfOf(model, manifest)).haveBytes()
    if (haveBytes === 0) return { state: 'absent' }
    const isComplete = manifest !== null && haveBytes === totalBytes
    return isComplete ? { state: 'complete', totalBytes } : { state: 'partial', haveBytes, totalBytes }
  }

  async function entryOf(model: KnownModel): Promise<ModelEntry> {
    const status = await statusOf(model)
    const lastUsedAtMs = (await uses.read())[model.key] ?? null
    if (model.kind === 'page') {
      const { modelRoot, name, license, precision, contextTokens, cache, totalBytes } = model.model
      const facts = { name, license, precision, contextTokens, cache, totalBytes }
      return { ref: modelRoot, modelRoot, ...facts, origin: { kind: 'page' }, status, lastUsedAtMs }
    }
    const { repo, revision, license, precision, contextTokens, cache } = model.pin
    const manifest = status.state === 'complete' ? await known.learntManifest(model) : null
    const facts = {
      name: pinName(model.pin),
      license,
      precision,
      contextTokens,
      cache,
      totalBytes: pinBytes(model.pin),
    }
    return {
      ref: model.key,
      modelRoot: manifest === null ? null : modelRootOf(manifest),
      ...facts,
      origin: { kind: 'hub', repo, revision, pinnedBy: model.pinnedBy },
      status,
      lastUsedAtMs,
    }
  }

  async function readerOf(model: KnownModel, signal?: AbortSignal): Promise<ModelReader> {
    const isHub = model.kind === 'hub'
    return createModelReader({
      store: known.storeOf(model),
      manifest: await manifestOf(model, signal),
      nameOf: (file, chunk, digest) => (isHub ? `${file}.${chunk}.${digest}` : digest),
      sha256,
    })
  }

  async function noteUse(model: KnownModel): Promise<void> {
    await uses.write({ ...(await uses.read()), [model.key]: clock.now() })
  }

  /** Errors: `model/quota`, `model/data-cap`, `model/data-saver`: before a byte is fetched. */
  async function expectAllowed(missingBytes: number): Promise<void> {
    if (missingBytes <= 0) return
    const freeBytes = await ports.freeBytes()
    if (freeBytes !== null && freeBytes < missingBytes) throw storeFull(missingBytes)
    const { bytesPerMonth, evenWhenSavingData } = await settings.read()
    await meter.expectRoom(missingBytes, bytesPerMonth)
    if (missingBytes > MODEST_BYTES && ports.savesData() && !evenWhenSavingData) throw dataSaverOn(missingBytes)
    ports.askToPersist()
  }

  async function list(): Promise<ModelEntry[]> {
    return await Promise.all((await known.all()).map(entryOf))
  }

  return {
    persistence: ports.persistence,
    list,
    manifest: async (ref, signal) => await manifestOf(await known.find(ref), signal),
    status: async (ref) => await statusOf(await known.find(ref)),
    settings: () => settings.read(),
    changeSettings: (changed) => settings.write(changed),
    dataUsed: () => meter.used(),

    async download(ref, onProgress, signal) {
      const model = await known.find(ref)
      throwIfCancelled(signal)
      const manifest = model.kind === 'hub' ? null : await manifestOf(model, signal)
      await known.forgetStrangers()
      const shelf = await shelfOf(model, manifest)
      const totalBytes = shelf.files.reduce((sum, file) => sum + file.bytes, 0)
      await expectAllowed(totalBytes - shelf.haveBytes())
      // What the model is made of is kept before any of it: a page that ends can go on without asking again.
      if (manifest !== null) await known.keepManifest(model, manifest)
      if (model.kind === 'hub') await known.remember(model.pin)
      const { bytesPerSecond, bytesPerMonth } = await settings.read()
      try {
        await downloadModel(
          { fetch: model.kind === 'hub' ? rememberRedirects(ports.fetch) : ports.fetch, sha256, clock },
          {
            shelf,
            pinned: model.kind === 'hub' ? model.pin.files : null,
            urlOf: (path) =>
              model.kind === 'hub' ? hubFileUrl(hub, model.pin, path) : pageModel(model).basePath + path,
            bytesPerSecond,
            onArrived: (bytes) => meter.count(bytes, bytesPerMonth),
            onProgress,
            ...(signal && { signal }),
          },
        )
      } finally {
        await meter.flush()
      }
      if (model.kind === 'hub') await known.keepManifest(model, manifestOfPin(model.pin, digestsOf(shelf)))
    },

    async readFile(ref, path, signal) {
      const model = await known.find(ref)
      const file = (await readerOf(model, signal)).open(path)
      const bytes = await file.read(0, file.bytes, signal)
      await noteUse(model)
      return bytes
    },

    async openFile(ref, path) {
      const model = await known.find(ref)
      const file = (await readerOf(model)).open(path)
      await noteUse(model)
      return file
    },

    async delete(ref) {
      const model = await known.find(ref)
      verified.delete(model.key)
      await known.storeOf(model).removeAll()
      const { [model.key]: _, ...others } = await uses.read()
      await uses.write(others)
    },

    async addFromHub(repo, { revision = 'main', ...choice }, signal) {
      const pin = await pinFromHub({ fetch: ports.fetch, now: clock.now }, { hub, repo, revision, ...choice }, signal)
      // What this page pins of that commit says more than what the hub says today.
      const ours = hubCatalogue.find((each) => isSameChoice(each, pin))
      return await entryOf(ours === undefined ? await known.remember(pin) : await known.find(pinIdOf(ours)))
    },

    async planRoom(ref) {
      const model = await known.find(ref)
      return planRoom(await entryOf(model), await list(), await ports.freeBytes())
    },

    async checkSample(chunks, signal) {
      const readers: { key: string; manifest: ModelManifest; reader: ModelReader }[] = []
      for (const model of await known.all()) {
        const manifest = await keptManifest(model)
        if (manifest !== null) readers.push({ key: model.key, manifest, reader: await readerOf(model) })
      }
      return await checkRollingSample(directory, readers, chunks, signal)
    },
  }
}

function isSameChoice(a: HubPin, b: HubPin): boolean {
  return a.repo === b.repo && a.revision === b.revision && a.precision === b.precision
}

function pageModel(model: KnownModel): CatalogueModel {
  if (model.kind === 'page') return model.model
  throw new TypeError('a hub model has no page')
}

function digestsOf(shelf: ChunkShelf): string[][] {
  return shelf.files.map(({ bytes }, file) =>
    Array.from({ length: chunkCount(bytes) }, (_, chunk) => shelf.digest(file, chunk) ?? ''),
  )
}
