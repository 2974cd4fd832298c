/** What the buttons of the screen for models do. The store of models is loaded with the first of them. */
import { chooseModel, chosenModelRoot } from './chosen-model.ts'
import type { ModelLibrary } from './participant/ports.ts'
import { describeDeviceKind } from './platform/device-kind.ts'
import { CodedError } from './protocol/errors.ts'
import type { Stores, Transfer } from './stores/index.ts'
import type { ModelActions } from './ui/actions.ts'

/** Chunks that are looked at at every start: a few megabytes, a hundredth of a second each. */
const SAMPLE_CHUNKS = 4

export interface ModelManager extends ModelActions {
  /** Looks through the disk and tells the screens that show models. */
  refresh(): Promise<void>
  /** Once per start: looks at a few kept chunks, so that a disk that rots is noticed before somebody waits for it. */
  checkSample(): Promise<void>
}

/** `run` starts what a press asked for, and says what goes wrong. */
export function createModelManager(stores: Stores, run: (work: () => Promise<void>) => void): ModelManager {
  const stops = new Map<string, AbortController>()
  let device: ReturnType<typeof describeDeviceKind> | null = null
  let library: Promise<ModelLibrary> | null = null

  function open(): Promise<ModelLibrary> {
    library ??= import('./storage/open-model-store.ts').then(({ openModelStore }) => openModelStore())
    return library
  }

  async function refresh(): Promise<void> {
    const models = await open()
    device ??= describeDeviceKind()
    const [entries, usedRoot, settings, usedBytes] = await Promise.all([
      models.list(),
      chosenModelRoot(models),
      models.settings(),
      models.dataUsed(),
    ])
    stores.models.apply({ type: 'listed', entries, device: await device, usedRoot })
    stores.models.apply({ type: 'settings', settings, usedBytes })
    const used = entries.find((entry) => entry.modelRoot === usedRoot)
    if (used !== undefined) stores.contribute.apply({ type: 'model', model: used })
  }

  async function download(ref: string): Promise<void> {
    const models = await open()
    const stop = new AbortController()
    stops.set(ref, stop)
    const tell = (transfer: Transfer | null): void => stores.models.apply({ type: 'transfer', ref, transfer })
    try {
      const onProgress = (haveBytes: number, totalBytes: number): void =>
        tell({ state: 'downloading', haveBytes, totalBytes })
      await models.download(ref, onProgress, stop.signal)
      tell(null)
    } catch (error) {
      tell(await afterFailure(models, ref, error))
    } finally {
      stops.delete(ref)
      await refresh()
    }
  }

  /** A lack of room that other models could make becomes a question. */
  async function afterFailure(models: ModelLibrary, ref: string, error: unknown): Promise<Transfer | null> {
    if (CodedError.is(error, 'model/cancelled')) return null
    if (CodedError.is(error, 'model/quota')) {
      const plan = await models.planRoom(ref)
      if (plan.enough && plan.evict.length > 0) return { state: 'asks-for-room', plan }
    }
    return { state: 'failed', error: CodedError.dataOf(error, 'model/download-failed') }
  }

  return {
    refresh,

    async checkSample() {
      if ((await (await open()).checkSample(SAMPLE_CHUNKS)) > 0) await refresh()
    },

    downloadModel(ref) {
      // Some browsers ask the person, and want to be asked within the press.
      const storage = navigator.storage as StorageManager | undefined
      void storage?.persist().catch(() => false)
      run(() => download(ref))
    },

    pauseDownload(ref) {
      stores.models.apply({ type: 'transfer', ref, transfer: { state: 'pausing' } })
      stops.get(ref)?.abort()
    },

    removeModel(ref) {
      stops.get(ref)?.abort()
      run(async () => {
        await (await open()).delete(ref)
        stores.models.apply({ type: 'transfer', ref, transfer: null })
        await refresh()
      })
    },

    makeRoom(ref) {
      const transfer = stores.models.getState().models?.find((model) => model.ref === ref)?.transfer
      if (transfer?.state !== 'asks-for-room') return
      run(async () => {
        const models = await open()
        for (const entry of transfer.plan.evict) await models.delete(entry.ref)
        await download(ref)
      })
    },

    keepEverything(ref) {
      stores.models.apply({ type: 'transfer', ref, transfer: null })
    },

    addModel(repo) {
      stores.models.apply({ type: 'adding', adding: { state: 'asking', repo } })
      run(async () => {
        try {
          const models = await open()
          device ??= describeDeviceKind()
          const { name } = await models.addFromHub(repo, { device: (await device).kind })
          stores.models.apply({ type: 'adding', adding: { state: 'added', name } })
        } catch (error) {
          const data = CodedError.dataOf(error, 'model/download-failed')
          stores.models.apply({ type: 'adding', adding: { state: 'failed', repo, error: data } })
        }
        await refresh()
      })
    },

    changeDownloadSettings(settings) {
      run(async () => {
        await (await open()).changeSettings(settings)
        await refresh()
      })
    },

    switchModel(modelRoot) {
      chooseModel(modelRoot)
      // Everything that was built for the other model goes with the page.
      location.reload()
    },
  }
}
