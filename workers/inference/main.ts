import { ENGINE_MESSAGES_VERSION, type FromWorker, type ToWorker } from '../../src/engine/messages.ts'
import { createRuntime } from './runtime.ts'
import { serveCalls } from './serve-calls.ts'
import { browserName } from './session/browser-name.ts'
import { openGpu } from './session/gpu-device.ts'

/** The worker's composition root: the only file here that knows it is a worker. ORT comes with the first model, not before. */
const post = (message: FromWorker): void => postMessage(message)

const runtime = createRuntime({
  importOrt: (provider) => {
    if (provider === 'wasm') return import('onnxruntime-web/wasm')
    // Suspending WebAssembly makes the build 10 MB smaller and faster; the other one rewinds its stack instead.
    return 'Suspending' in WebAssembly ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu')
  },
  openGpu: (onLost) => openGpu(navigator.gpu, onLost),
  browser: browserName(navigator.userAgent),
  now: () => performance.now(),
  yieldTurn: createYield(),
  onFatal: (error) => post({ type: 'fatal', error: error.toData() }),
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
