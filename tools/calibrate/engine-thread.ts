import { parentPort, workerData } from 'node:worker_threads'
import * as ort from 'onnxruntime-web'
import { ENGINE_MESSAGES_VERSION, type FromWorker, type ToWorker } from '../../src/engine/messages.ts'
import { type Cell, isExactPair } from '../../src/protocol/evidence/cell.ts'
import { createPulse } from '../../workers/inference/pulse.ts'
import { createRuntime, type Runtime } from '../../workers/inference/runtime.ts'
import { serveCalls } from '../../workers/inference/serve-calls.ts'
import type { Ort } from '../../workers/inference/session/ort-api.ts'
import { ALL_TECHNIQUES } from '../../workers/inference/techniques.ts'
import type { EngineThreadOptions } from './open-engine-thread.ts'

/** The inference worker as a thread of Node, with an ONNX Runtime of its own: so that cells can differ in what is global to one. */
const { threads, expand } = workerData as EngineThreadOptions
if (parentPort === null) throw new Error('this file is the start of a thread')
const port = parentPort
const post = (message: FromWorker): void => port.postMessage(message)
const pulse = createPulse(post, () => performance.now())

const runtime = withThreads(
  createRuntime({
    importOrt: async () => onThreads(threads),
    openGpu: async () => ({ unavailable: 'Node offers no WebGPU, so the processor computes instead.' }),
    browser: '',
    techniques: { ...ALL_TECHNIQUES, expand },
    now: () => performance.now(),
    yieldTurn() {
      pulse()
      return new Promise((resolve) => {
        setImmediate(resolve)
      })
    },
    onFatal: (error) => post({ type: 'fatal', error: error.toData() }),
  }),
)

const handle = serveCalls(runtime, post)
port.on('message', (message: ToWorker) => handle(message))
post({ type: 'hello', version: ENGINE_MESSAGES_VERSION })

/** The engine asks for one thread, whatever it runs on; here it gets what was told. */
function onThreads(count: number): Ort {
  ort.env.wasm.numThreads = count
  const wasm = Object.defineProperty(Object.create(ort.env.wasm), 'numThreads', {
    get: () => count,
    set() {
      // One is what it asks for.
    },
  })
  return { InferenceSession: ort.InferenceSession, Tensor: ort.Tensor, env: { ...ort.env, wasm } }
}

/** The engine takes its threads for granted; a cell of several says so. */
function withThreads(inner: Runtime): Runtime {
  if (threads === 1) return inner
  let cell: Cell | null = null
  return {
    ...inner,
    async load(...args) {
      const info = await inner.load(...args)
      cell = { ...info.cell, threads }
      return { ...info, cell }
    },
    async check(options, signal) {
      const report = await inner.check(options, signal)
      return { ...report, exactPair: cell !== null && isExactPair(options.cell, cell) }
    },
  }
}
