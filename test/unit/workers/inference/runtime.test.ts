import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineInfo, ModelSource } from '../../../../src/engine/messages.ts'
import { CodedError } from '../../../../src/protocol/errors.ts'
import { createNodeRuntime, type FolderModel, openModelFolder } from '../../../../tools/bench/node-runtime.ts'
import { GREEDY } from '../../../../tools/greedy.ts'
import type { Runtime } from '../../../../workers/inference/runtime.ts'
import { SEED } from './requests.ts'

const running = new AbortController().signal

let model: FolderModel

beforeAll(async () => {
  model = await openModelFolder()
})

function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (CodedError.is(error) ? error.code : String(error)),
  )
}

function load(
  runtime: Runtime,
  options: { provider?: 'auto' | 'webgpu'; source?: ModelSource; files?: Partial<FolderModel> } = {},
) {
  const { provider = 'auto', source = model.source, files = {} } = options
  return runtime.load({ ...source, provider }, { ...model, ...files }, running)
}

describe('the engine without a worker', () => {
  let runtime: Runtime
  let info: EngineInfo
  const stages: string[] = []

  beforeAll(async () => {
    runtime = createNodeRuntime()
    info = await load(runtime, { files: { progress: (stage) => stages.push(stage) } })
  }, 60_000)

  it('falls back to the processor where there is no WebGPU, and says why', () => {
    expect(info.selfTests.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['webgpu', 'refused'],
      ['wasm', 'passed'],
    ])
    expect(info.selfTests[0]?.summary).toBe('Node offers no WebGPU, so the processor computes instead.')
  })

  it('names the universal cell: one thread, no device, no browser', () => {
    expect(info.cell).toMatchObject({
      provider: 'wasm',
      vendor: '',
      architecture: '',
      browser: '',
      threads: 1,
      ortVersion: '1.30.0',
      precision: 'q4-f32',
      exactness: { kind: 'window', rows: 2 },
      modelRoot: model.source.modelRoot,
    })
    expect(info).toMatchObject({ contextTokens: 512, vocabularySize: 4_096, stopIds: [0] })
    expect(info.tokensPerSecond).toBeGreaterThan(0)
  })

  it('tells its stages in order', () => {
    expect([...new Set(stages)]).toEqual(['reading', 'preparing', 'compiling', 'self-test'])
  })

  it('turns text into ids and back', async () => {
    expect(await runtime.loadTokenizer(model.source, model)).toEqual({ stopIds: [0] })
    const ids = await runtime.encodePrompt('Once upon a time')
    expect(runtime.decode(ids, true)).toBe('Once upon a time')
  })

  it('is not loaded any more after its release', async () => {
    const other = createNodeRuntime()
    const options = { promptIds: [1], resumedIds: [], maxTokens: 1, stopIds: [], sampler: GREEDY, seed: SEED }
    expect(await codeOf(other.generate(options, running).next())).toBe('engine/not-loaded')
    expect(await codeOf(other.encodePrompt('hi'))).toBe('engine/not-loaded')
    await other.release()
  })
})

describe('models that cannot be run', () => {
  function replacing(path: string, replace: (bytes: Uint8Array) => Uint8Array): Partial<FolderModel> {
    return {
      readFile: async (wanted) => (wanted === path ? replace(await model.readFile(wanted)) : model.readFile(wanted)),
    }
  }

  it.each([
    ['config.json', /^config\.json$/],
    ['onnx/model_q4.onnx', /^onnx\//],
  ])('says so when %s, or what could stand for it, is not part of the model', async (path, gone) => {
    const { manifest, modelRoot } = model.source
    const files = manifest.files.filter((file) => !gone.test(file.path))
    const source = { modelRoot, manifest: { ...manifest, files } }
    const failure = await load(createNodeRuntime(), { source }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'engine/model-unsupported', details: { file: path } })
  })

  it('runs in half precision, where that is the only graph', async () => {
    const { manifest, modelRoot } = model.source
    const files = manifest.files.filter((file) => file.path !== 'onnx/model_q4.onnx')
    const runtime = createNodeRuntime()
    const info = await load(runtime, { source: { modelRoot, manifest: { ...manifest, files } } })
    expect(info).toMatchObject({ cell: { provider: 'wasm', precision: 'q4f16' }, path: { kind: 'plain' } })
    await runtime.release()
  }, 60_000)

  it('says so when the graph was cut short', async () => {
    const files = replacing('onnx/model_q4.onnx', (bytes) => bytes.slice(0, 100_000))
    expect(await codeOf(load(createNodeRuntime(), { files }))).toMatch(/^engine\/model-(unreadable|unsupported)$/)
  })

  it('says so when the graph is another file altogether', async () => {
    const files = replacing('onnx/model_q4.onnx', () => new TextEncoder().encode('<!doctype html>'))
    expect(await codeOf(load(createNodeRuntime(), { files }))).toMatch(/^engine\/model-(unreadable|unsupported)$/)
  })

  it('refuses to serve when its answers are not the known ones', async () => {
    const files = replacing('known-answers.json', (bytes) => {
      const text = new TextDecoder().decode(bytes)
      return new TextEncoder().encode(text.replaceAll(/,(-?\d+\.\d+)\]/g, ',-$1]').replaceAll('--', ''))
    })
    expect(await codeOf(load(createNodeRuntime(), { files }))).toBe('engine/self-test-failed')
  }, 60_000)

  it('has no provider when only WebGPU is allowed and there is none', async () => {
    const failure = await load(createNodeRuntime(), { provider: 'webgpu' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'engine/no-provider', message: expect.stringContaining('no WebGPU') })
  })

  it('passes on what the store says of a damaged file', async () => {
    const corrupt = new CodedError({
      code: 'model/chunk-corrupt',
      message: 'Chunk 2 is damaged.',
      nextStep: 'Download it again.',
    })
    const readFile = async () => Promise.reject(corrupt)
    expect(await codeOf(load(createNodeRuntime(), { files: { readFile } }))).toBe('model/chunk-corrupt')
  })

  it('stops loading when aborted', async () => {
    const loading = createNodeRuntime().load({ ...model.source, provider: 'auto' }, model, AbortSignal.abort())
    expect(await codeOf(loading)).toBe('engine/aborted')
  })
})
