import type { Clock, GenerationEvent, LoadOptions, Unsubscribe } from '../participant/ports.ts'
import { CodedError, type ErrorData } from '../protocol/errors.ts'
import { type CallName, ENGINE_MESSAGES_VERSION, type EngineCalls, type FromWorker, type ToWorker } from './messages.ts'

/** A cancelled call ends within one token, or within one run of a prefill; a worker that takes longer hangs, and hanging cannot be undone. */
export const ABORT_DEADLINE_MS = 5_000

/** The worker's own script is small and says hello before it loads anything. */
export const HELLO_DEADLINE_MS = 30_000

/** The part of `Worker` in use; a killable resource. */
export interface EngineWorker {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: string, listener: (event: Event) => void): void
  terminate(): void
}

export interface CallOptions {
  /** Asks the worker to end the call; its answer is still awaited, up to ABORT_DEADLINE_MS. */
  signal?: AbortSignal | undefined
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
  /** Kills the worker; every pending call rejects with `error`. */
  close(error: CodedError): void
  /** Why it is closed, or null. */
  readonly closed: CodedError | null
}

interface Pending extends CallOptions {
  resolve: (result: never) => void
  reject: (error: CodedError) => void
}

export function openWorkerChannel(worker: EngineWorker, clock: Pick<Clock, 'after'>): WorkerChannel {
  const pending = new Map<number, Pending>()
  /** Messages wait here until the worker has said hello. */
  let unsent: { message: ToWorker; transfer: Transferable[] }[] | null = []
  let closed: CodedError | null = null
  let nextId = 1
  const stopWaiting: Unsubscribe = clock.after(HELLO_DEADLINE_MS, () => close(new CodedError(STUCK)))

  function close(error: CodedError): void {
    if (closed !== null) return
    closed = error
    stopWaiting()
    worker.terminate()
    for (const call of pending.values()) call.reject(error)
    pending.clear()
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
      const failure = call.signal?.aborted ? ABORTED : CodedError.dataOf(error, 'engine/model-unreadable')
      send({ type: 'file-failed', id, fileId, error: failure })
    }
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'hello':
        return greet(message.version)
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
    async call(name, args, options = {}) {
      if (closed !== null) throw closed
      const id = nextId++
      const { signal } = options
      let stopDeadline: Unsubscribe = () => undefined
      const cancel = (): void => {
        send({ type: 'cancel', id })
        stopDeadline = clock.after(ABORT_DEADLINE_MS, () => close(new CodedError(STUCK)))
      }
      try {
        return await new Promise((resolve, reject) => {
          pending.set(id, { ...options, resolve, reject })
          send({ type: 'call', id, name, args } as ToWorker)
          if (signal?.aborted) cancel()
          else signal?.addEventListener('abort', cancel, { once: true })
        })
      } finally {
        pending.delete(id)
        stopDeadline()
        signal?.removeEventListener('abort', cancel)
      }
    },
  }
}

const STUCK: ErrorData = {
  code: 'engine/worker-stuck',
  message: 'The computation did not answer in time, so it was ended.',
  nextStep: 'Try again: the model is loaded anew.',
}

/** What whoever reads files says to an abort is of no interest: it was the caller's. */
export const ABORTED: ErrorData = {
  code: 'engine/aborted',
  message: 'The computation was stopped.',
  nextStep: 'Start it again when you want to.',
}

const VERSION_MISMATCH: ErrorData = {
  code: 'engine/version-mismatch',
  message: 'This page and its background program come from two versions of the app.',
  nextStep: 'Close other tabs of this app, then reload the page.',
}

const BROKEN: ErrorData = {
  code: 'engine/run-failed',
  message: 'The background program that runs the model failed.',
  nextStep: 'Try again; if it happens again, reload the page.',
}
