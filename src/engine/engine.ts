import type {
  Clock,
  Engine,
  EngineInfo,
  GenerateOptions,
  GenerationEvent,
  LoadOptions,
  SelfTestReport,
  TokenizerInfo,
} from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { cellId } from '../protocol/evidence/cell.ts'
import { createEventQueue } from './event-queue.ts'
import { createTurn } from './turn.ts'
import { ABORTED, type EngineWorker, openWorkerChannel, type WorkerChannel } from './worker-channel.ts'

export interface EnginePorts {
  /** Starts `workers/inference/main.ts`; called again after a worker was killed. */
  createWorker: () => EngineWorker
  clock: Pick<Clock, 'after'>
}

/** A GPU that went away twice is not asked a third time. */
const MAX_DEVICE_LOSSES = 2

const GIVEN_UP: SelfTestReport = {
  provider: 'webgpu',
  steps: [],
  prefillChunk: 0,
  outcome: 'refused',
  summary: 'The graphics card went away more than once while it was in use, so the processor computes instead.',
}

type Source = Pick<LoadOptions, 'manifest' | 'modelRoot' | 'readFile'>

/** A worker and what is loaded in it. */
interface Session {
  channel: WorkerChannel
  model: LoadOptions | null
  tokenizer: Promise<TokenizerInfo> | null
}

/**
 * The engine as the page sees it. The worker is a killable resource: after a stuck abort, a lost GPU or `stop` the next call starts
 * another one and loads into it what was loaded before.
 */
export function createEngine(ports: EnginePorts): Engine {
  const turn = createTurn()
  let session: Session | null = null
  let info: EngineInfo | null = null
  let wantedModel: LoadOptions | null = null
  let wantedTokenizer: Source | null = null
  let deviceLosses = 0

  function openSession(): Session {
    if (session !== null && session.channel.closed === null) return session
    if (session?.channel.closed?.code === 'engine/device-lost') deviceLosses += 1
    session = { channel: openWorkerChannel(ports.createWorker(), ports.clock), model: null, tokenizer: null }
    return session
  }

  async function loadInto(target: Session, options: LoadOptions, signal: AbortSignal | undefined): Promise<EngineInfo> {
    const { manifest, modelRoot, readFile, onProgress } = options
    target.model = null
    const unreliable = options.provider === 'auto' && deviceLosses >= MAX_DEVICE_LOSSES
    const provider = unreliable ? 'wasm' : options.provider
    const found = await target.channel.call('load', { manifest, modelRoot, provider }, { signal, readFile, onProgress })
    target.model = options
    info = unreliable ? { ...found, selfTests: [GIVEN_UP, ...found.selfTests] } : found
    return info
  }

  /** A channel in which the wanted model is loaded. */
  async function ready(signal: AbortSignal | undefined): Promise<WorkerChannel> {
    if (wantedModel === null) throw notLoaded()
    const target = openSession()
    if (target.model === null) await loadInto(target, wantedModel, signal)
    return target.channel
  }

  /** A session in which the wanted tokenizer is loaded. */
  async function readyTokenizer(signal?: AbortSignal): Promise<{ channel: WorkerChannel; found: TokenizerInfo }> {
    const source = wantedTokenizer ?? wantedModel
    if (source === null) throw notLoaded()
    const { manifest, modelRoot, readFile } = source
    const target = openSession()
    target.tokenizer ??= target.channel.call('load-tokenizer', { manifest, modelRoot }, { signal, readFile })
    try {
      return { channel: target.channel, found: await target.tokenizer }
    } catch (error) {
      target.tokenizer = null
      throw error
    }
  }

  async function exclusively<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const release = await turn.acquire(signal)
    if (release === null) throw new CodedError(ABORTED)
    try {
      return await work()
    } finally {
      release()
    }
  }

  async function* generate(options: GenerateOptions, signal: AbortSignal): AsyncGenerator<GenerationEvent, void> {
    const release = await turn.acquire(signal)
    if (release === null) return yield { type: 'finish', reason: 'aborted' }
    // Aborted by the caller, or by whoever stops iterating before the end.
    const stop = new AbortController()
    const forward = (): void => stop.abort()
    signal.addEventListener('abort', forward, { once: true })
    let ended: Promise<void> = Promise.resolve()
    try {
      const before = info
      const channel = await ready(signal)
      // Whoever called has promised the old cell's bits, so what a new one would compute is not for this job.
      if (before !== null && info !== null && cellId(before.cell) !== cellId(info.cell)) throw otherDevice()
      const events = createEventQueue<GenerationEvent>()
      ended = channel
        .call('generate', options, { signal: stop.signal, onEvent: events.push })
        .then(events.end, events.fail)
      if (signal.aborted) forward()
      yield* events
    } catch (error) {
      if (!CodedError.is(error, 'engine/aborted') || !signal.aborted) throw error
      yield { type: 'finish', reason: 'aborted' }
    } finally {
      signal.removeEventListener('abort', forward)
      stop.abort()
      await ended
      release()
    }
  }

  return {
    get info() {
      return info
    },
    load: (options, signal) =>
      exclusively(signal, async () => {
        const target = openSession()
        if (info !== null && serves(target.model, info, options)) return info
        info = null
        wantedModel = null
        const found = await loadInto(target, options, signal)
        wantedModel = options
        return found
      }),
    async loadTokenizer(options, signal) {
      if (session !== null && wantedTokenizer?.modelRoot !== options.modelRoot) session.tokenizer = null
      wantedTokenizer = options
      return (await readyTokenizer(signal)).found
    },
    encodePrompt: async (text) => (await readyTokenizer()).channel.call('encode-prompt', { text }),
    decode: async (ids, final) => (await readyTokenizer()).channel.call('decode', { ids, final }),
    generate,
    check: (options, signal) =>
      exclusively(signal, async () => (await ready(signal)).call('check', options, { signal })),
    async stop() {
      session?.channel.close(new CodedError(ABORTED))
      session = null
    },
  }
}

/** The processor is the referee: whoever ended there by another way has what is wanted. */
function serves(loaded: LoadOptions | null, info: EngineInfo, wanted: LoadOptions): boolean {
  if (loaded === null || loaded.modelRoot !== wanted.modelRoot) return false
  const wantsProcessor = wanted.provider === 'wasm' || wanted.provider === 'referee'
  return loaded.provider === wanted.provider || (wantsProcessor && info.cell.provider === 'wasm')
}

function otherDevice(): CodedError {
  return new CodedError({
    code: 'engine/device-lost',
    message: 'The graphics device went away, and what took its place computes other bits.',
    nextStep: 'Load the model again to see what this device is now.',
  })
}

function notLoaded(): CodedError {
  return new CodedError({
    code: 'engine/not-loaded',
    message: 'No model is loaded yet.',
    nextStep: 'Load a model first.',
  })
}
