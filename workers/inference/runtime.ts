import type {
  CheckOptions,
  EngineCalls,
  EngineInfo,
  GenerateOptions,
  GenerationEvent,
  LoadStage,
  ModelSource,
  TokenizerInfo,
} from '../../src/engine/messages.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import { type CheckContext, check } from './generation/check.ts'
import { generate } from './generation/generate.ts'
import { parseKnownAnswers } from './self-test/known-answers.ts'
import { type ChosenProvider, chooseProvider, type ProviderPorts, throwIfAborted } from './session/choose-provider.ts'
import { type GpuOffer } from './session/gpu-device.ts'
import { type ModelConfig, parseModelConfig, parseStopIds } from './session/model-config.ts'
import { createDetokenizer } from './text/detokenizer.ts'
import { createTokenizer, type ModelTokenizer } from './text/tokenizer.ts'

export interface RuntimePorts extends Omit<ProviderPorts, 'openGpu'> {
  openGpu: (onLost: (error: CodedError) => void) => Promise<GpuOffer>
  /** Lets waiting messages in. */
  yieldTurn: () => Promise<void>
  /** Called when the device of a loaded model goes away: this runtime is finished. */
  onFatal: (error: CodedError) => void
}

export interface FileAccess {
  /** Reads one verified file of the model. */
  readFile: (path: string) => Promise<Uint8Array>
  progress: (stage: LoadStage, fraction: number) => void
}

/**
 * The engine without a thread around it: the same in a worker, in Node tests and in the benchmarks. One `load`, `generate` or `check`
 * at a time; the client sees to that. Errors: every `engine/*` code.
 */
export interface Runtime {
  load(request: EngineCalls['load']['args'], files: FileAccess, signal: AbortSignal): Promise<EngineInfo>
  loadTokenizer(source: ModelSource, files: FileAccess): Promise<TokenizerInfo>
  encodePrompt(text: string): number[]
  decode(ids: readonly number[], final: boolean): string
  generate(options: GenerateOptions, signal: AbortSignal): AsyncGenerator<GenerationEvent, void>
  check(options: CheckOptions, signal: AbortSignal): Promise<CheckReport>
  release(): Promise<void>
}

export function createRuntime(ports: RuntimePorts): Runtime {
  let loaded: { chosen: ChosenProvider; config: ModelConfig } | null = null
  let tokenizer: ModelTokenizer | null = null

  function context(): CheckContext {
    if (loaded === null) throw notLoaded('model')
    const { decoder, shape, cell } = loaded.chosen
    return { decoder, shape, cell, yieldTurn: ports.yieldTurn, now: ports.now }
  }

  function text(): ModelTokenizer {
    if (tokenizer === null) throw notLoaded('tokenizer')
    return tokenizer
  }

  async function release(): Promise<void> {
    const previous = loaded
    loaded = null
    await previous?.chosen.decoder.release()
    previous?.chosen.gpu?.device.destroy()
  }

  return {
    release,
    async load(request, { readFile, progress }, signal) {
      await release()
      const read = fileReader(request, readFile)
      progress('reading', 0)
      const config = parseModelConfig(await read('config.json'), await read.optional('generation_config.json'))
      const answers = parseKnownAnswers(await read('known-answers.json'))
      throwIfAborted(signal)
      const chosen = await chooseProvider(
        {
          ...ports,
          // While a device is only being tried, its loss is a failed try.
          openGpu: () =>
            ports.openGpu((error) => {
              if (loaded !== null && loaded.chosen.gpu !== null) ports.onFatal(error)
            }),
        },
        { ...request, config, answers, readFile: read, progress, signal },
      )
      loaded = { chosen, config }
      const { cell, selfTests, tokensPerSecond } = chosen
      const { contextTokens, vocabularySize, stopIds } = config
      return { cell, selfTests, tokensPerSecond, contextTokens, vocabularySize, stopIds }
    },
    async loadTokenizer(source, { readFile }) {
      const read = fileReader(source, readFile)
      const template = await read.optional('chat_template.jinja')
      const stopIds = parseStopIds(await read('config.json'), await read.optional('generation_config.json'))
      tokenizer = createTokenizer({
        tokenizerJson: await read('tokenizer.json'),
        tokenizerConfigJson: await read('tokenizer_config.json'),
        ...(template === null ? {} : { chatTemplateJinja: template }),
      })
      return { stopIds }
    },
    encodePrompt: (prompt) => text().encodePrompt(prompt),
    decode(ids, final) {
      const detokenizer = createDetokenizer(text())
      detokenizer.push(ids)
      return detokenizer.text(final)
    },
    async *generate(options, signal) {
      yield* generate(context(), options, signal)
    },
    check: async (options, signal) => check(context(), options, signal),
  }
}

/** Only what the manifest lists is ever asked for. */
function fileReader({ manifest }: ModelSource, readFile: FileAccess['readFile']) {
  const listed = new Set(manifest.files.map((file) => file.path))
  const read = async (path: string): Promise<Uint8Array> => {
    if (listed.has(path)) return readFile(path)
    throw new CodedError({
      code: 'engine/model-unsupported',
      message: `The model has no file ${path}.`,
      nextStep: 'Choose another model.',
      details: { file: path },
    })
  }
  return Object.assign(read, { optional: async (path: string) => (listed.has(path) ? readFile(path) : null) })
}

function notLoaded(what: string): CodedError {
  return new CodedError({
    code: 'engine/not-loaded',
    message: `No ${what} is loaded yet.`,
    nextStep: 'Load a model first.',
  })
}
