import { type Cell, cellId, isUniversalCell } from '../protocol/evidence/cell.ts'
import type { ModelManifest } from '../protocol/model/manifest.ts'
import type { Engine, EngineInfo, LoadOptions, ModelStore, TokenizerInfo } from './ports.ts'
import { createSharedUse } from './shared-use.ts'

export interface ModelAccessPorts {
  engine: Engine
  models: ModelStore
}

type Provider = LoadOptions['provider']

/** Brings one model from wherever it is into one engine, which itself loads nothing that it still holds. */
export interface ModelAccess {
  download(onProgress: (haveBytes: number, totalBytes: number) => void, signal?: AbortSignal): Promise<ModelManifest>
  tokenizer(signal?: AbortSignal): Promise<TokenizerInfo>
  load(provider: Provider, onProgress?: LoadOptions['onProgress'], signal?: AbortSignal): Promise<EngineInfo>
  /**
   * Runs `work` with an engine loaded that owes the same bits as `cell` if this device can be one, else the best that it has. Others may
   * check by the same engine meanwhile; nobody loads it as something else.
   */
  asCheckerOf<T>(cell: Cell, work: (info: EngineInfo) => Promise<T>, signal?: AbortSignal): Promise<T>
}

export function createModelAccess({ engine, models }: ModelAccessPorts, modelRoot: string): ModelAccess {
  const sharedUse = createSharedUse()
  let loadedAs: Provider | null = null
  let tokenizer: TokenizerInfo | null = null

  const sourceOf = async (signal?: AbortSignal): Promise<Pick<LoadOptions, 'manifest' | 'modelRoot' | 'readFile'>> => ({
    manifest: await models.manifest(modelRoot, signal),
    modelRoot,
    readFile: (path, readSignal) => models.readFile(modelRoot, path, readSignal),
  })

  const access: ModelAccess = {
    async download(onProgress, signal) {
      const manifest = await models.manifest(modelRoot, signal)
      const status = await models.status(modelRoot)
      if (status.state !== 'complete') await models.download(modelRoot, onProgress, signal)
      return manifest
    },

    async tokenizer(signal) {
      tokenizer ??= await engine.loadTokenizer(await sourceOf(signal), signal)
      return tokenizer
    },

    async load(provider, onProgress, signal) {
      // The engine knows whether it still holds this: a lost device or a stopped worker does not.
      const source = await sourceOf(signal)
      return engine.load({ ...source, provider, ...(onProgress && { onProgress }) }, signal)
    },

    asCheckerOf(cell, work, signal) {
      // Any cell but the universal one is only ours if this very device is of it.
      const provider = isUniversalCell(cell) ? 'referee' : 'auto'
      const fits = (): boolean =>
        engine.info !== null && (loadedAs === provider || cellId(engine.info.cell) === cellId(cell))
      return sharedUse(
        fits,
        async () => {
          if (engine.info !== null && cellId(engine.info.cell) === cellId(cell)) return
          loadedAs = null
          await access.load(provider, undefined, signal)
          loadedAs = provider
        },
        async () => work(engine.info ?? (await access.load(provider, undefined, signal))),
      )
    },
  }
  return access
}
