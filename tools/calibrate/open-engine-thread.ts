import { Worker } from 'node:worker_threads'
import { createEngine } from '../../src/engine/engine.ts'
import type { EngineWorker } from '../../src/engine/worker-channel.ts'
import type { Engine } from '../../src/participant/ports.ts'

export interface EngineThreadOptions {
  /** Of ONNX Runtime: 1 is the referee's. */
  threads: number
  /** Whether 4-bit and 8-bit weights are written out in f32. */
  expand: boolean
}

/** An engine in a thread of its own; two of them compute at once. */
export function openEngineThread(options: EngineThreadOptions): Engine {
  return createEngine({
    createWorker: () => startEngineThread(options),
    clock: {
      now: () => Date.now(),
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
}

function startEngineThread(options: EngineThreadOptions): EngineWorker {
  const worker = new Worker(new URL('./engine-thread.ts', import.meta.url), { workerData: options })
  const events = new EventTarget()
  worker.on('message', (data: unknown) => {
    events.dispatchEvent(new MessageEvent('message', { data }))
  })
  worker.on('error', (error) => {
    events.dispatchEvent(Object.assign(new Event('error'), { message: error.message }))
  })
  return {
    postMessage: (message) => worker.postMessage(message),
    addEventListener: (type, listener) => events.addEventListener(type, listener),
    terminate: () => void worker.terminate(),
  }
}
