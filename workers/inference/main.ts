import { ENGINE_MESSAGES_VERSION, type FromWorker, type ToWorker } from '../../src/engine/messages.ts'
import { createPulse } from './pulse.ts'
import { createRuntime } from './runtime.ts'
import { serveCalls } from './serve-calls.ts'
import { browserName } from './session/browser-name.ts'
import { readDeviceMemory } from './session/device-memory.ts'
import { openGpu } from './session/gpu-device.ts'
import { startTemplateWorker } from './start-template-worker.ts'
import { createTemplateRenderer } from './text/template-renderer.ts'

/** The worker's composition root: the only file here that knows it is a worker. ORT comes with the first model, not before. */
const post = (message: FromWorker): void => postMessage(message)

const now = (): number => performance.now()
const pulse = createPulse(post, now)
const yieldToMessages = createYield()

const runtime = createRuntime({
  importOrt: (provider) => {
    if (provider === 'wasm') return import('onnxruntime-web/wasm')
    // Suspending WebAssembly makes the build 10 MB smaller and faster; the other one rewinds its stack instead.
    return 'Suspending' in WebAssembly ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu')
  },
  openGpu: (onLost) => openGpu(navigator.gpu, onLost),
  browser: browserName(navigator.userAgent),
  memory: readDeviceMemory(navigator),
  now,
  yieldTurn() {
    pulse()
    return yieldToMessages()
  },
  onFatal: (error) => post({ type: 'fatal', error: error.toData() }),
  renderTemplate: createTemplateRenderer({ createWorker: startTemplateWorker, after }),
})

const handle = serveCalls(runtime, post)
addEventListener('message', (event: MessageEvent<ToWorker>) => handle(event.data))
post({ type: 'hello', version: ENGINE_MESSAGES_VERSION })

/** A message to oneself queues behind the messages that wait already; `setTimeout` would wait 4 ms. */
function createYield(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      port2.postMessage(null)
    })
}

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}
