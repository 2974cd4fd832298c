import { createRuntime } from '../../../../workers/inference/runtime.ts'
import { browserName } from '../../../../workers/inference/session/browser-name.ts'
import { openGpu } from '../../../../workers/inference/session/gpu-device.ts'
import { ALL_TECHNIQUES } from '../../../../workers/inference/techniques.ts'
import type { OpenArm } from '../../arms/arm.ts'
import { openLocusArm } from '../../arms/locus-arm.ts'
import { openPlainArm } from '../../arms/plain-arm.ts'
import { serveArm } from '../../arms/serve-arm.ts'

/** A worker for one arm, so that every arm has a thread, a heap and an ONNX Runtime of its own in the same page. */
const importOrt = (provider: 'webgpu' | 'wasm') => {
  if (provider === 'wasm') return import('onnxruntime-web/wasm')
  return 'Suspending' in WebAssembly ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu')
}

const open: OpenArm = async (spec, model) => {
  switch (spec.kind) {
    case 'transformers': {
      const { openTransformersArm } = await import('../../arms/transformers-arm.ts')
      return openTransformersArm(spec, model, { ortFolder: '/ort-shipped' })
    }
    case 'plain':
      return openPlainArm(await importOrt(spec.provider), spec, model)
    case 'ours': {
      const runtime = createRuntime({
        importOrt,
        openGpu: (onLost) => openGpu(navigator.gpu, onLost),
        techniques: {
          ...ALL_TECHNIQUES,
          ...Object.fromEntries((spec.without ?? []).map((technique) => [technique, false])),
        },
        browser: browserName(navigator.userAgent),
        now: () => performance.now(),
        yieldTurn: createYield(),
        onFatal: (error) => {
          throw error
        },
      })
      return openLocusArm(runtime, spec, model)
    }
    case 'transformers-our-ort':
    case 'engine':
    case 'paid-engine':
      throw new Error(`${spec.kind} is served elsewhere`)
    default:
      return spec.kind satisfies never
  }
}

serveArm(self, open)

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
