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
import { prepareRowsHash } from './generation/rows-hash.ts'
import { createScheduler, type Scheduler } from './generation/scheduler.ts'
import { parseKnownAnswers } from './self-test/known-answers.ts'
import { chooseProvider } from './session/choose-provider.ts'
import type { GpuOffer } from './session/gpu-device.ts'
import { type ModelConfig, parseModelConfig, parseStopIds } from './session/model-config.ts'
import { type ChosenProvider, type ProviderPorts, throwIfAborted } from './session/provider-request.ts'
import { ALL_TECHNIQUES, type Techniques } from './techniques.ts'
import { createDetokenizer } from './text/detokenizer.ts'
import type { RenderTemplate } from './text/template-renderer.ts'
import { createTokenizer, type ModelTokenizer } from './text/tokenizer.ts'

export interface RuntimePorts extends Omit<ProviderPorts, 'openGpu' | 'memory' | 'techniques'> {
  /** Default: a computer whose browser tells nothing. */
  memory?: ProviderPorts['memory']
  /** For measurements; default: all of them. */
  techniques?: Techniques
  openGpu: (onLost: (error: CodedError) => void) => Promise<GpuOffer>
  /** Lets waiting messages in. */
  yieldTurn: () => Promise<void>
  /** Called when the device of a loaded model goes away: this runtime is finished. */
  onFatal: (error: CodedError) => void
  /** Where strangers' chat templates run; in this thread if it is not given. */
  renderTemplate?: RenderTemplate
}

export interface FileAccess {
  /** Reads one verified file of the model. */
  readFile: (path: string) => Promise<Uint8Array>
  progress: (stage: LoadStage, fraction: number) => void
}

/**
 * The engine without a thread around it: the same in a worker, in Node tests and in the benchmarks. Any number of generations and checks
 * at a time, but nothing beside a `load`; the client sees to that. Errors: every `engine/*` code.
 */
export interface Runtime {
  load(request: EngineCalls['load']['args'], files: FileAccess, signal: AbortSignal): Promise<EngineInfo>
  loadTokenizer(source: ModelSource, files: FileAccess): Promise<TokenizerInfo>
  encodePrompt(text: string): Promise<number[]>
  decode(ids: readonly number[], final: boolean): string
  generate(options: GenerateOptions, signal: AbortSignal): AsyncGenerator<GenerationEvent, void>
  check(options: CheckOptions, signal: AbortSignal): Promise<CheckReport>
  release(): Promise<void>
}

const UNTOLD_MEMORY = { isPhone: false, deviceGib: null }

export function createRuntime(ports: RuntimePorts): Runtime {
  const { yieldTurn, now, techniques = ALL_TECHNIQUES, memory = UNTOLD_MEMORY } = ports
  let loaded: { chosen: ChosenProvider; config: ModelConfig; scheduler: Scheduler } | null = null
  let tokenizer: ModelTokenizer | null = null

  function scheduler(): Scheduler {
    if (loaded === null) throw notLoaded('model')
    return loaded.scheduler
  }

  function text(): ModelTokenizer {
    if (tokenizer === null) throw notLoaded('tokenizer')
    return tokenizer
  }

  async function release(): Promise<void> {
    const previous = loaded
    loaded = null
    await previous?.scheduler.dispose()
    await previous?.chosen.decoder.release()
    previous?.chosen.gpu?.device.destroy()
  }

  return {
    release,
    async load(request, { readFile, progress }, signal) {
      await prepareRowsHash()
      await release()
      const read = fileReader(request, readFile)
      progress('reading', 0)
      const config = parseModelConfig(await read('config.json'), await read.optional('generation_config.json'))
      const shipped = await read.optional('known-answers.json')
      const answers = shipped === null ? null : parseKnownAnswers(shipped)
      throwIfAborted(signal)
      const chosen = await chooseProvider(
        {
          ...ports,
          memory,
          techniques,
          // While a device is only being tried, its loss is a failed try.
          openGpu: () =>
            ports.openGpu((error) => {
              if (loaded !== null && loaded.chosen.gpu !== null) ports.onFatal(error)
            }),
        },
        { ...request, memoryShare: request.memoryShare ?? 1, config, answers, readFile: read, progress, signal },
      )
      const { cell, path, decoder, selfTests, tokensPerSecond } = chosen
      // Where rows depend on what shares their run, a guess would change the token after it.
      const drafts = techniques.speculation && cell.exactness.kind !== 'none'
      const { batch, prefixCache } = techniques
      const options = { decoder, cell, yieldTurn, now, drafts, batch, prefixCache }
      loaded = { chosen, config, scheduler: createScheduler(options) }
      const { vocabularySize, hiddenSize, stopIds } = config
      const { slots, contextTokens } = decoder
      return { cell, path, slots, selfTests, tokensPerSecond, contextTokens, vocabularySize, hiddenSize, stopIds }
    },
    async loadTokenizer(source, { readFile }) {
      const read = fileReader(source, readFile)
      const template = await read.optional('chat_template.jinja')
      const stopIds = parseStopIds(await read('config.json'), await read.optional('generation_config.json'))
      const texts = {
        tokenizerJson: await read('tokenizer.json'),
        tokenizerConfigJson: await read('tokenizer_config.json'),
        ...(template === null ? {} : { chatTemplateJinja: template }),
      }
      tokenizer = createTokenizer(texts, ports.renderTemplate)
      return { stopIds }
    },
    encodePrompt: async (prompt) => text().encodePrompt(prompt),
    decode(ids, final) {
      const detokenizer = createDetokenizer(text())
      detokenizer.push(ids)
      return detokenizer.text(final)
    },
    async *generate(options, signal) {
      yield* scheduler().generate(options, signal)
    },
    check: async (options, signal) => scheduler().check(options, signal),
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
