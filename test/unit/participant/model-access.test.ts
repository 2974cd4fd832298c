import { expect, test } from 'vitest'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import type { Engine, EngineInfo, LoadOptions } from '../../../src/participant/ports.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedEngine, scriptedCell } from '../../doubles/scripted-engine.ts'

const GPU_OF_ANOTHER: Partial<Cell> = { provider: 'webgpu', vendor: 'apple', threads: 0 }

/** A model of a few bytes, and an engine that writes down how it was loaded. */
function openAccess(downloaded = true) {
  const models = createTinyModelStore(downloaded)
  const scripted = createScriptedEngine({ modelRoot: models.modelRoot })
  const loads: LoadOptions[] = []
  let tokenizers = 0
  const engine: Engine = {
    get info() {
      return scripted.info
    },
    load: (options, signal) => {
      loads.push(options)
      return scripted.load(options, signal)
    },
    loadTokenizer: (options, signal) => {
      tokenizers += 1
      return scripted.loadTokenizer(options, signal)
    },
    encodePrompt: scripted.encodePrompt,
    decode: scripted.decode,
    generate: scripted.generate,
    check: scripted.check,
    onRecovery: scripted.onRecovery,
    stop: scripted.stop,
  }
  const access = createModelAccess({ engine, models }, models.modelRoot)
  return { access, engine, models, loads, tokenizerCount: () => tokenizers }
}

test('a model that is here is not downloaded again', async () => {
  const { access } = openAccess()
  const progress: number[] = []
  const manifest = await access.download((haveBytes) => progress.push(haveBytes))
  expect(manifest.id).toBe('tiny')
  expect(progress).toEqual([])
})

test('a model that is not here is downloaded, with progress, and then it is here', async () => {
  const { access, models } = openAccess(false)
  const progress: number[] = []
  await access.download((haveBytes) => progress.push(haveBytes))
  expect(progress.at(-1)).toBeGreaterThan(0)
  expect(await models.status(models.modelRoot)).toMatchObject({ state: 'complete' })
})

test('an unknown model is named before anything is loaded', async () => {
  const { engine, models, loads } = openAccess()
  const access = createModelAccess({ engine, models }, 'ff'.repeat(32))
  await expect(access.load('auto')).rejects.toMatchObject({ code: 'model/unknown' })
  expect(loads).toEqual([])
})

test('the engine gets the manifest, the root and the files of the store', async () => {
  const { access, models, loads } = openAccess()
  await access.load('auto')
  const [options] = loads as [LoadOptions]
  expect(options).toMatchObject({ modelRoot: models.modelRoot, provider: 'auto' })
  expect(new TextDecoder().decode(await options.readFile('config.json'))).toContain('max_position_embeddings')
})

test('only the engine knows what it still holds, so it is asked each time: a lost device must be tested again', async () => {
  const { access, loads } = openAccess()
  const info = await access.load('referee')
  expect(await access.load('referee')).toBe(info)
  await access.load('auto')
  expect(loads.map(({ provider }) => provider)).toEqual(['referee', 'referee', 'auto'])
})

test('an engine that was stopped is loaded again', async () => {
  const { access, engine, loads } = openAccess()
  await access.load('referee')
  await engine.stop()
  await access.load('referee')
  expect(loads.length).toBe(2)
})

test('the tokenizer is read once', async () => {
  const { access, tokenizerCount } = openAccess()
  const first = await access.tokenizer()
  expect(await access.tokenizer()).toBe(first)
  expect(tokenizerCount()).toBe(1)
})

test('a load that failed is not remembered as loaded', async () => {
  const { access, engine, loads } = openAccess()
  const load = engine.load
  engine.load = async () => Promise.reject(new Error('no memory'))
  await expect(access.load('auto')).rejects.toThrow('no memory')
  engine.load = load
  await access.load('auto')
  expect(loads.length).toBe(1)
})

const theInfo = async (info: EngineInfo): Promise<EngineInfo> => info

test('the checker of one-thread WASM is the referee, whatever this device is', async () => {
  const { access, models, loads } = openAccess()
  await access.asCheckerOf({ ...scriptedCell(models.modelRoot), ortVersion: '1.30.0' }, theInfo)
  expect(loads.map(({ provider }) => provider)).toEqual(['referee'])
})

test('the checker of somebody’s GPU, or of many threads, is the best that this device has', async () => {
  const { access, models, engine, loads } = openAccess()
  await access.asCheckerOf({ ...scriptedCell(models.modelRoot), ...GPU_OF_ANOTHER }, theInfo)
  await engine.stop()
  await access.asCheckerOf({ ...scriptedCell(models.modelRoot), threads: 4 }, theInfo)
  expect(loads.map(({ provider }) => provider)).toEqual(['auto', 'auto'])
})

test('an engine of the very cell that is asked for is used as it is', async () => {
  const { access, models, loads } = openAccess()
  const info = await access.load('auto')
  expect(await access.asCheckerOf(scriptedCell(models.modelRoot), theInfo)).toBe(info)
  expect(loads.length).toBe(1)
})

test('while one check is under way, nobody loads the engine as something else', async () => {
  const { access, models, loads } = openAccess()
  let finish = (): void => undefined
  const checking = new Promise<void>((resolve) => {
    finish = resolve
  })
  const order: string[] = []
  const universal = { ...scriptedCell(models.modelRoot), ortVersion: '1.30.0' }
  const first = access.asCheckerOf(universal, async () => {
    order.push('first begins')
    await checking
    order.push('first ends')
  })
  const second = access.asCheckerOf({ ...universal, ...GPU_OF_ANOTHER }, async () => void order.push('second'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(loads.map(({ provider }) => provider)).toEqual(['referee'])
  finish()
  await Promise.all([first, second])
  expect(order).toEqual(['first begins', 'first ends', 'second'])
})

test('checks that the loaded engine suits run side by side', async () => {
  const { access, models, loads } = openAccess()
  const universal = { ...scriptedCell(models.modelRoot), ortVersion: '1.30.0' }
  let inside = 0
  let most = 0
  const check = (): Promise<void> =>
    access.asCheckerOf(universal, async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
    })
  await Promise.all([check(), check(), check()])
  expect(most).toBe(3)
  expect(new Set(loads.map(({ provider }) => provider))).toEqual(new Set(['referee']))
})

test('a check that fails does not keep the next one from running', async () => {
  const { access, models } = openAccess()
  const cell = scriptedCell(models.modelRoot)
  await expect(access.asCheckerOf(cell, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await access.asCheckerOf(cell, async () => 'yes')).toBe('yes')
})
