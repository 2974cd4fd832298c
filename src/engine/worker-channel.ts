import type { Clock, GenerationEvent, LoadOptions, Unsubscribe } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { BROKEN, STOPPED, STUCK, VERSION_MISMATCH } from './engine-errors.ts'
import { type CallName, ENGINE_MESSAGES_VERSION, type EngineCalls, type FromWorker, type ToWorker } from './messages.ts'
import { createWatchdog } from './watchdog.ts'

/** A cancelled call ends within one token, or within one run of a prefill; a worker that takes longer hangs, and hanging cannot be undone. */
export const ABORT_DEADLINE_MS = 5_000

/** The worker's own script is small and says hello before it loads anything. */
export const HELLO_DEADLINE_MS = 30_000

/** Compiling or testing a large model on a slow device says nothing for minutes. */
export const LOAD_SILENCE_MS = 5 * 60_000

/** The part of `Worker` in use; a killable resource. */
export interface EngineWorker {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: string, listener: (event: Event) => void): void
  terminate(): void
}

/** What can be asked of a call while it runs. */
export interface CallControl {
  pause(): void
  resume(): void
}

export interface CallOptions {
  /** Asks the worker to end the call; its answer is still awaited, up to the deadline. */
  signal?: AbortSignal | undefined
  onStart?: (control: CallControl) => void
  onEvent?: (event: GenerationEvent) => void
  onProgress?: LoadOptions['onProgress']
  readFile?: LoadOptions['readFile']
}

/** One worker, from its start to its end. */
export interface WorkerChannel {
  /** Rejects with what the worker answers, or with what closed the channel. */
  call<N extends CallName>(
    name: N,
    args: EngineCalls[N]['args'],
    options?: CallOptions,
  ): Promise<EngineCalls[N]['result']>
  /** How long one run of this worker may take, from what its self-test measured. */
  setPace(runMs: number): void
  /** Kills the worker; every pending call rejects with `error`. */
  close(error: CodedError): void
  /** Why it is closed, or null. */
  readonly closed: CodedError | null
}

interface Pending extends CallOptions {
  name: CallName
  isPaused: boolean
  resolve: (result: never) => void
  reject: (error: CodedError) => void
}

/** `onClosed` hears once why the worker came to its end, whoever ended it. */
export function openWorkerChannel(
  worker: EngineWorker,
  clock: Pick<Clock, 'after' | 'now'>,
  onClosed: (error: CodedError) => void = () => undefined,
): WorkerChannel {
  const pending = new Map<number, Pending>()
  /** Messages wait here until the worker has said hello. */
  let unsent: { message: ToWorker; transfer: Transferable[] }[] | null = []
  let closed: CodedError | null = null
  let nextId = 1
  const stopWaiting: Unsubscribe = clock.after(HELLO_DEADLINE_MS, () => close(new CodedError(STUCK)))
  const watchdog = createWatchdog(clock, () => close(new CodedError(STUCK)))

  function close(error: CodedError): void {
    if (closed !== null) return
    closed = error
    stopWaiting()
    watchdog.expect('nothing')
    worker.terminate()
    for (const call of pending.values()) call.reject(error)
    pending.clear()
    onClosed(error)
  }

  /** A load may be silent for long; a generation that we paused, for ever. */
  function watch(): void {
    const awaited = [...pending.values()].filter((call) => !call.isPaused)
    const isLoading = awaited.some(({ name }) => name === 'load' || name === 'load-tokenizer')
    if (closed !== null || unsent !== null || awaited.length === 0) watchdog.expect('nothing')
    else watchdog.expect(isLoading ? LOADING : 'steps')
  }

  function send(message: ToWorker, transfer: Transferable[] = []): void {
    if (unsent === null) worker.postMessage(message, transfer)
    else unsent.push({ message, transfer })
  }

  function greet(version: number): void {
    if (version !== ENGINE_MESSAGES_VERSION) return close(new CodedError(VERSION_MISMATCH))
    stopWaiting()
    const waiting = unsent ?? []
    unsent = null
    watch()
    for (const { message, transfer } of waiting) worker.postMessage(message, transfer)
  }

  async function sendFile(id: number, fileId: number, path: string): Promise<void> {
    const call = pending.get(id)
    if (call?.readFile === undefined) return
    try {
      const bytes = await call.readFile(path, call.signal)
      // Ours now (ports.ts); a view into something larger is copied, or its neighbours would be transferred too.
      const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
      send({ type: 'file', id, fileId, bytes: whole }, [whole.buffer as ArrayBuffer])
    } catch (error) {
      // What whoever reads files says to an abort is of no interest: it was the caller's.
      const failure = call.signal?.aborted ? STOPPED : CodedError.dataOf(error, 'engine/model-unreadable')
      send({ type: 'file-failed', id, fileId, error: failure })
    }
  }

  function receive(message: FromWorker): void {
    watchdog.heard()
    switch (message.type) {
      case 'hello':
        return greet(message.version)
      case 'pulse':
        return
      case 'progress':
        return pending.get(message.id)?.onProgress?.(message.stage, message.fraction)
      case 'file-request':
        void sendFile(message.id, message.fileId, message.path)
        return
      case 'event':
        return pending.get(message.id)?.onEvent?.(message.event)
      case 'result':
        return pending.get(message.id)?.resolve(message.result as never)
      case 'error':
        return pending.get(message.id)?.reject(new CodedError(message.error))
      case 'fatal':
        return close(new CodedError(message.error))
      default:
        return message satisfies never
    }
  }

  function controlOf(id: number, call: Pending): CallControl {
    const set = (type: 'pause' | 'resume'): void => {
      if (closed !== null || pending.get(id) !== call) return
      call.isPaused = type === 'pause'
      send({ type, id })
      watch()
    }
    return { pause: () => set('pause'), resume: () => set('resume') }
  }

  worker.addEventListener('message', (event) => receive((event as MessageEvent<FromWorker>).data))
  worker.addEventListener('messageerror', () => close(new CodedError(BROKEN)))
  worker.addEventListener('error', (event) => {
    const details = 'message' in event && typeof event.message === 'string' ? { reason: event.message } : {}
    close(new CodedError({ ...BROKEN, details }))
  })

  return {
    close,
    get closed() {
      return closed
    },
    setPace: (runMs) => watchdog.setPace(runMs),
    async call(name, args, options = {}) {
      if (closed !== null) throw closed
      const id = nextId++
      const { signal, onStart } = options
      let stopDeadline: Unsubscribe = () => undefined
      const cancel = (): void => {
        send({ type: 'cancel', id })
        // A device whose single runs are slow ends calls as slowly, and killing it would end everybody else's too.
        const deadlineMs = Math.max(ABORT_DEADLINE_MS, watchdog.patienceMs / 2)
        stopDeadline = clock.after(deadlineMs, () => close(new CodedError(STUCK)))
      }
      try {
        return await new Promise((resolve, reject) => {
          const call: Pending = { ...options, name, isPaused: false, resolve, reject }
          pending.set(id, call)
          send({ type: 'call', id, name, args } as ToWorker)
          watch()
          onStart?.(controlOf(id, call))
          if (signal?.aborted) cancel()
          else signal?.addEventListener('abort', cancel, { once: true })
        })
      } finally {
        pending.delete(id)
        watch()
        stopDeadline()
        signal?.removeEventListener('abort', cancel)
      }
    },
  }
}

const LOADING = { silenceMs: LOAD_SILENCE_MS }
