import type { TemplateJob, TemplateOutcome, TemplateReply, TemplateRequest } from '../../template/messages.ts'

/**
 * Time that a template may take: with its budget of steps it is done in one second, on a slow phone in three. Beyond that it is stuck
 * in something that steps do not count.
 */
const TIME_LIMIT_MS = 5_000

/** Time for a new worker's script to come over the network. */
const START_LIMIT_MS = 30_000

/** `stuck`: it was ended from outside. */
export type RenderOutcome = TemplateOutcome | { outcome: 'stuck' }

/** Renders an untrusted template. Never throws. */
export type RenderTemplate = (job: TemplateJob) => Promise<RenderOutcome>

/** The part of a Worker that is used. */
export interface TemplateWorker {
  postMessage(request: TemplateRequest): void
  addEventListener(type: 'message', listener: (event: { data: TemplateReply }) => void): void
  addEventListener(type: 'error', listener: () => void): void
  terminate(): unknown
}

export interface TemplateRendererPorts {
  createWorker: () => TemplateWorker
  /** Calls back once; returns what undoes it. */
  after: (delayMs: number, callback: () => void) => () => void
}

/**
 * Renders in a worker that is killed when it takes too long, and is started anew for the next template then. Jobs take turns; the
 * clock of each runs from its own beginning.
 */
export function createTemplateRenderer({ createWorker, after }: TemplateRendererPorts): RenderTemplate {
  let current: RunningWorker | null = null
  let lastId = 0
  let last: Promise<unknown> = Promise.resolve()

  async function render(job: TemplateJob): Promise<RenderOutcome> {
    current ??= startWorker(createWorker())
    const { worker, ready, nextReply } = current
    const outcome =
      (await within(START_LIMIT_MS, ready)) &&
      (await within(TIME_LIMIT_MS, () => {
        const id = (lastId += 1)
        const reply = nextReply(id)
        worker.postMessage({ id, job })
        return reply
      }))
    if (outcome !== null) return outcome
    worker.terminate()
    current = null
    return { outcome: 'stuck' }
  }

  /** Null when time has run out, or the worker has failed. */
  async function within<T>(limitMs: number, start: () => Promise<T | null>): Promise<T | null> {
    return await new Promise((resolve) => {
      const stop = after(limitMs, () => resolve(null))
      void start().then((value) => {
        stop()
        resolve(value)
      })
    })
  }

  return (job) => {
    const mine = last.then(() => render(job))
    last = mine
    return mine
  }
}

interface RunningWorker {
  worker: TemplateWorker
  /** Null: it failed. */
  ready: () => Promise<true | null>
  nextReply: (id: number) => Promise<TemplateOutcome | null>
}

function startWorker(worker: TemplateWorker): RunningWorker {
  let tellReady: (isReady: true | null) => void = () => undefined
  const ready = new Promise<true | null>((resolve) => {
    tellReady = resolve
  })
  let waiting: { id: number; resolve: (outcome: TemplateOutcome | null) => void } | null = null
  worker.addEventListener('message', ({ data }) => {
    if (data.type === 'ready') tellReady(true)
    else if (data.id === waiting?.id) waiting.resolve(data.outcome)
  })
  // It ran out of memory, or its script could not be loaded: nothing more comes from it.
  worker.addEventListener('error', () => {
    tellReady(null)
    waiting?.resolve(null)
  })
  return {
    worker,
    ready: () => ready,
    nextReply: (id) =>
      new Promise((resolve) => {
        waiting = { id, resolve }
      }),
  }
}
