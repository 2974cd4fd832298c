import * as v from 'valibot'
import { CodedError } from '../protocol/errors.ts'
import type { CatalogueModel } from '../protocol/model/catalogue.ts'
import { type HubPin, HubPinSchema, pinIdOf } from '../protocol/model/hub-pin.ts'
import { type ModelManifest, ModelManifestSchema, modelRootOf } from '../protocol/model/manifest.ts'
import type { ChunkDirectory } from './chunk-directory.ts'
import { type ChunkStore, createChunkStore, storedModelKeys } from './chunk-store.ts'
import { MANIFEST_FILE } from './model-manifest.ts'

const PIN_FILE = 'pin.json'

/** What a finished download found out, and its root, by which a bit that flipped in it shows. */
const LEARNT_FILE = 'learnt.json'

const LearntSchema = v.strictObject({ modelRoot: v.string(), manifest: ModelManifestSchema })

/** A model that this device can name. `key` is its folder, and its ref until its root is known. */
export type KnownModel =
  | { kind: 'page'; key: string; model: CatalogueModel }
  | { kind: 'hub'; key: string; pin: HubPin; pinnedBy: 'catalogue' | 'first-use' }

export interface KnownModelsOptions {
  directory: ChunkDirectory
  catalogue: readonly CatalogueModel[]
  hubCatalogue: readonly HubPin[]
}

export interface KnownModels {
  /** Those of the page first, then those of its hub catalogue, then those that were added on this device. */
  all(): Promise<KnownModel[]>
  /** By root or by the id of a pin. Errors: `model/unknown`. */
  find(ref: string): Promise<KnownModel>
  /** Keeps a pin, so that the model is known after a reload. */
  remember(pin: HubPin): Promise<KnownModel>
  /** The manifest of a hub model that was complete once; null else. Its chunks are what the pin's hashes were compared with. */
  learntManifest(model: KnownModel): Promise<ModelManifest | null>
  keepManifest(model: KnownModel, manifest: ModelManifest): Promise<void>
  /** Removes folders that nothing names any more: an earlier version's weights would take room that nobody ever reads again. */
  forgetStrangers(): Promise<void>
  storeOf(model: KnownModel): ChunkStore
}

export function createKnownModels({ directory, catalogue, hubCatalogue }: KnownModelsOptions): KnownModels {
  const fromPage = catalogue.map((model): KnownModel => ({ kind: 'page', key: model.modelRoot, model }))
  const pinned = hubCatalogue.map((pin): KnownModel => ({ kind: 'hub', key: pinIdOf(pin), pin, pinnedBy: 'catalogue' }))
  const named = new Set([...fromPage, ...pinned].map((model) => model.key))

  const storeAt = (key: string): ChunkStore => createChunkStore(directory, key)

  async function added(): Promise<KnownModel[]> {
    const found: KnownModel[] = []
    for (const key of await storedModelKeys(directory)) {
      const pin = named.has(key) ? null : parse(HubPinSchema, await storeAt(key).read(PIN_FILE))
      // A pin that does not have its own id was changed on the disk.
      if (pin !== null && pinIdOf(pin) === key) found.push({ kind: 'hub', key, pin, pinnedBy: 'first-use' })
    }
    return found
  }

  async function all(): Promise<KnownModel[]> {
    return [...fromPage, ...pinned, ...(await added())]
  }

  async function learntManifest(model: KnownModel): Promise<ModelManifest | null> {
    if (model.kind !== 'hub') return null
    const learnt = parse(LearntSchema, await storeAt(model.key).read(LEARNT_FILE))
    return learnt !== null && modelRootOf(learnt.manifest) === learnt.modelRoot ? learnt.manifest : null
  }

  return {
    all,
    learntManifest,
    storeOf: (model) => storeAt(model.key),

    async find(ref) {
      const models = await all()
      const byKey = models.find((model) => model.key === ref)
      if (byKey !== undefined) return byKey
      for (const model of models) {
        const manifest = await learntManifest(model)
        if (manifest !== null && modelRootOf(manifest) === ref) return model
      }
      throw new CodedError({
        code: 'model/unknown',
        message: `This version of Locus does not know the model ${ref.slice(0, 12)}.`,
        nextStep: 'Choose a model from the list, or reload the page to get the newest list.',
        details: { modelRoot: ref.slice(0, 64) },
      })
    },

    async remember(pin) {
      const key = pinIdOf(pin)
      await storeAt(key).write(PIN_FILE, new TextEncoder().encode(JSON.stringify(pin)))
      return { kind: 'hub', key, pin, pinnedBy: named.has(key) ? 'catalogue' : 'first-use' }
    },

    async keepManifest(model, manifest) {
      const kept = model.kind === 'hub' ? { modelRoot: modelRootOf(manifest), manifest } : manifest
      const name = model.kind === 'hub' ? LEARNT_FILE : MANIFEST_FILE
      await storeAt(model.key).write(name, new TextEncoder().encode(JSON.stringify(kept)))
    },

    async forgetStrangers() {
      const kept = new Set((await all()).map((model) => model.key))
      for (const key of await storedModelKeys(directory)) if (!kept.has(key)) await storeAt(key).removeAll()
    },
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array | null): T | null {
  try {
    return bytes === null ? null : v.parse(schema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return null
  }
}
