import { ENGINE_MESSAGES_VERSION, type FromWorker, type ToWorker } from '../../src/engine/messages.ts'
import type { EngineWorker } from '../../src/engine/worker-channel.ts'
import { createPulse } from '../../workers/inference/pulse.ts'
import type { Runtime } from '../../workers/inference/runtime.ts'
import { serveCalls } from '../../workers/inference/serve-calls.ts'
import { createNodeRuntime } from './node-runtime.ts'

/** The inference worker in this thread: messages are cloned as between threads, transfers included, and delivered in later turns. */
export function createNodeWorker(createHere: (onYield: () => void) => Runtime = createNodeRuntime): EngineWorker {
  const { port1: page, port2: worker } = new MessageChannel()
  const listeners = new EventTarget()
  const post = (message: FromWorker): void => worker.postMessage(message)
  const runtime = createHere(createPulse(post, () => performance.now()))
  const handle = serveCalls(runtime, post)
  worker.addEventListener('message', (event: MessageEvent<ToWorker>) => handle(event.data))
  page.addEventListener('message', (event: MessageEvent<FromWorker>) => {
    listeners.dispatchEvent(new MessageEvent('message', { data: event.data }))
  })
  worker.start()
  page.start()
  post({ type: 'hello', version: ENGINE_MESSAGES_VERSION })
  return {
    postMessage: (message, transfer) => page.postMessage(message, transfer),
    addEventListener: (type, listener) => listeners.addEventListener(type, listener),
    terminate() {
      page.close()
      void runtime.release()
    },
  }
}
