import type {
  Clock,
  EngineInfo,
  LoadOptions,
  Recovery,
  SelfTestReport,
  TokenizerInfo,
  Unsubscribe,
} from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { createDeviceBreaker } from './device-breaker.ts'
import { NOT_LOADED, STOPPED } from './engine-errors.ts'
import { createSeats, type Seats } from './seats.ts'
import { type EngineWorker, openWorkerChannel, type WorkerChannel } from './worker-channel.ts'

export interface ModelHostPorts {
  /** Starts `workers/inference/main.ts`; called again after a worker was killed. */
  createWorker: () => EngineWorker
  clock: Pick<Clock, 'after' | 'now'>
}

/** Parts of the memory budget tried one after another when memory runs out: fewer slots first, then a shorter context. */
const MEMORY_SHARES = [1, 1 / 2, 1 / 4, 1 / 8] as const

/** The first run of a new shape, on slow drivers. */
const COMPILE_MS = 5_000

const GIVEN_UP: SelfTestReport = {
  provider: 'webgpu',
  steps: [],
  prefillChunk: 0,
  outcome: 'refused',
  summary: 'The graphics card went away more than once while it was in use, so the processor computes instead.',
}

export type TokenizerSource = Pick<LoadOptions, 'manifest' | 'modelRoot' | 'readFile'>

/** A worker and what is loaded in it. */
interface Session {
  channel: WorkerChannel
  model: ReadyWorker | null
  tokenizer: Promise<TokenizerInfo> | null
}

/** A living worker in which the wanted model is loaded. */
export interface ReadyWorker {
  channel: WorkerChannel
  info: EngineInfo
  /** Taken for each generation and check. */
  seats: Seats
}

/**
 * The worker, and what was loaded into it: a killable resource. Whoever needs it after it has died gets another one in which the same
 * model is loaded again, on the processor once the graphics card has been lost too often.
 */
export interface ModelHost {
  /** As last loaded; null before. */
  readonly info: EngineInfo | null
  /** The model that these options ask for is loaded, or was and will be again. */
  serves(options: LoadOptions): boolean
  /** For whoever is alone in the engine. Errors: those of loading. */
  load(options: LoadOptions, signal?: AbortSignal): Promise<EngineInfo>
  /** Errors: `engine/not-loaded`, `engine/aborted` by `signal`, and those of loading. */
  ready(signal?: AbortSignal): Promise<ReadyWorker>
  wantTokenizer(source: TokenizerSource): void
  /** In a worker in which the wanted tokenizer is loaded; once more if that worker dies of something else. */
  withTokenizer<T>(work: (channel: WorkerChannel, found: TokenizerInfo) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** After memory ran out: whether a smaller part of the budget is left to try, with the next worker. */
  shrink(): boolean
  onRecovery(listener: (recovery: Recovery) => void): Unsubscribe
  stop(): void
}

export function createModelHost({ createWorker, clock }: ModelHostPorts): ModelHost {
  const breaker = createDeviceBreaker(clock)
  const listeners = new Set<(recovery: Recovery) => void>()
  let session: Session | null = null
  let info: EngineInfo | null = null
  let wantedModel: LoadOptions | null = null
  let wantedTokenizer: TokenizerSource | null = null
  let reload: Promise<EngineInfo> | null = null
  let shareIndex = 0

  function openSession(): Session {
    if (session !== null && session.channel.closed === null) return session
    const opened: Session = {
      channel: openWorkerChannel(createWorker(), clock, (error) => died(opened, error)),
      model: null,
      tokenizer: null,
    }
    session = opened
    return opened
  }

  function died(dead: Session, error: CodedError): void {
    const isGpuHang = error.code === 'engine/worker-stuck' && dead.model?.info.cell.provider === 'webgpu'
    if (error.code === 'engine/device-lost' || isGpuHang) breaker.recordLoss()
    dead.model?.seats.close(error)
    const wasInUse = dead === session && dead.model !== null && wantedModel !== null
    if (wasInUse && listeners.size > 0 && isAccident(error)) rebuild(error)
  }

  function rebuild(error: CodedError): void {
    const tell = (recovery: Recovery): void => {
      for (const listener of listeners) listener(recovery)
    }
    tell({ state: 'rebuilding', error: error.toData() })
    ready().then(
      (rebuilt) => tell({ state: 'rebuilt', info: rebuilt.info }),
      (failure: unknown) => tell({ state: 'failed', error: CodedError.dataOf(failure, 'engine/run-failed') }),
    )
  }

  async function loadInto(target: Session, options: LoadOptions, signal?: AbortSignal): Promise<EngineInfo> {
    const { manifest, modelRoot, readFile, onProgress } = options
    const isUnreliable = options.provider === 'auto' && breaker.tripped
    const provider = isUnreliable ? 'wasm' : options.provider
    const memoryShare = MEMORY_SHARES[shareIndex] ?? 1
    const args = { manifest, modelRoot, provider, memoryShare }
    target.model = null
    const found = await target.channel.call('load', args, { signal, readFile, onProgress })
    target.channel.setPace(longestRunMs(found))
    info = isUnreliable ? { ...found, selfTests: [GIVEN_UP, ...found.selfTests] } : found
    target.model = { channel: target.channel, info, seats: createSeats(found.slots) }
    return info
  }

  /** Memory that ran out comes back only when the worker ends, so each smaller attempt begins with a new one. */
  async function loadWithin(options: LoadOptions, signal?: AbortSignal): Promise<EngineInfo> {
    for (;;) {
      const target = openSession()
      try {
        return await loadInto(target, options, signal)
      } catch (error) {
        // A plan that found no room finds none with a smaller share either; only memory that did run out may do with less.
        if (!CodedError.is(error, 'engine/out-of-memory') || 'needMegabytes' in error.details || !shrink()) throw error
        target.channel.close(error)
      }
    }
  }

  function shrink(): boolean {
    if (shareIndex + 1 >= MEMORY_SHARES.length) return false
    shareIndex += 1
    return true
  }

  async function ready(signal?: AbortSignal): Promise<ReadyWorker> {
    for (;;) {
      if (wantedModel === null) throw new CodedError(NOT_LOADED)
      const target = openSession()
      if (target.model !== null) return target.model
      // Everybody who needs it shares one load, so nobody of them may end it; whose progress it is, is long forgotten.
      const { onProgress: _, ...source } = wantedModel
      reload ??= loadWithin(source).finally(() => {
        reload = null
      })
      await unlessAborted(reload, signal)
    }
  }

  async function loadTokenizerInto(
    target: Session,
    { manifest, modelRoot, readFile }: TokenizerSource,
    signal: AbortSignal | undefined,
  ): Promise<TokenizerInfo> {
    target.tokenizer ??= target.channel.call('load-tokenizer', { manifest, modelRoot }, { signal, readFile })
    try {
      return await target.tokenizer
    } catch (error) {
      target.tokenizer = null
      throw error
    }
  }

  function serves(wanted: LoadOptions): boolean {
    if (wantedModel === null || info === null || wantedModel.modelRoot !== wanted.modelRoot) return false
    // The processor is the referee: whoever ended there by another way has what is wanted.
    const wantsProcessor = wanted.provider === 'wasm' || wanted.provider === 'referee'
    return wantedModel.provider === wanted.provider || (wantsProcessor && info.cell.provider === 'wasm')
  }

  return {
    get info() {
      return info
    },
    serves,
    ready,
    shrink,
    async load(options, signal) {
      if (serves(options)) return (await ready(signal)).info
      await reload?.catch(() => undefined)
      info = null
      wantedModel = null
      shareIndex = 0
      const found = await loadWithin(options, signal)
      wantedModel = options
      return found
    },
    wantTokenizer(source) {
      if (session !== null && wantedTokenizer?.modelRoot !== source.modelRoot) session.tokenizer = null
      wantedTokenizer = source
    },
    async withTokenizer(work, signal) {
      for (let deaths = 0; ; deaths += 1) {
        const source = wantedTokenizer ?? wantedModel
        if (source === null) throw new CodedError(NOT_LOADED)
        const target = openSession()
        try {
          return await work(target.channel, await loadTokenizerInto(target, source, signal))
        } catch (error) {
          const { closed } = target.channel
          if (closed === null || !isAccident(closed) || deaths > 0) throw error
        }
      }
    },
    onRecovery(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      session?.channel.close(new CodedError(STOPPED))
      session = null
    },
  }
}

/** A prefill run takes a step for each row at most; a GPU compiles its kernels besides. */
function longestRunMs({ cell, tokensPerSecond }: EngineInfo): number {
  const runMs = (1_000 * cell.prefillChunk) / tokensPerSecond
  return cell.provider === 'webgpu' ? runMs + COMPILE_MS : runMs
}

/** What nobody wanted, and another worker may not suffer. */
function isAccident({ code }: CodedError): boolean {
  return code !== 'engine/aborted' && code !== 'engine/version-mismatch'
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  if (signal.aborted) throw new CodedError(STOPPED)
  let onAbort = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new CodedError(STOPPED))
  })
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
