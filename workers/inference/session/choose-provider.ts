import type { SelfTestReport } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import type { Gpu } from './gpu-device.ts'
import { type ChosenProvider, type ProviderPorts, type ProviderRequest, refusal } from './provider-request.ts'
import { tryVariant } from './try-variant.ts'
import { BEST_FILE, variantsOf } from './variants.ts'

/**
 * WebGPU, then WASM, whichever first answers the known questions on this very device. Every attempt leaves a report; the failure of the
 * last one is the caller's. Errors: `engine/no-provider | engine/self-test-failed | engine/out-of-memory | engine/aborted`, and those of
 * reading the model.
 */
export async function chooseProvider(ports: ProviderPorts, request: ProviderRequest): Promise<ChosenProvider> {
  if (variantsOf(request.manifest, null, true).length === 0) throw noGraph()
  const selfTests: SelfTestReport[] = []
  if (request.provider === 'auto' || request.provider === 'webgpu') {
    const offer = await ports.openGpu()
    if ('unavailable' in offer) selfTests.push(refusal('webgpu', offer.unavailable))
    else {
      const chosen = await tryVariants(ports, request, offer.gpu, selfTests)
      if (chosen !== null) return chosen
      offer.gpu.device.destroy()
    }
  }
  if (request.provider !== 'webgpu') {
    const chosen = await tryVariants(ports, request, null, selfTests)
    if (chosen !== null) return chosen
  }
  throw noProvider(selfTests)
}

async function tryVariants(
  ports: ProviderPorts,
  request: ProviderRequest,
  gpu: Gpu | null,
  selfTests: SelfTestReport[],
): Promise<ChosenProvider | null> {
  const variants = variantsOf(request.manifest, gpu, ports.techniques.expand)
  for (const [i, variant] of variants.entries()) {
    try {
      const chosen = await tryVariant(ports, request, variant, gpu, selfTests)
      if (chosen !== null) return chosen
    } catch (error) {
      // A GPU may fail in any way, and another file may do; the processor's last try is the last resort.
      const isLast = gpu === null && i === variants.length - 1
      if (isLast || CodedError.is(error, 'engine/aborted')) throw error
      const device = gpu === null ? 'The processor' : 'The graphics card'
      const why = CodedError.dataOf(error, 'engine/run-failed').message
      selfTests.push(refusal(variant.provider, `${device} failed while it was tested: ${why}`))
    }
  }
  return null
}

function noGraph(): CodedError {
  return new CodedError({
    code: 'engine/model-unsupported',
    message: 'The model has no graph among its files that this engine runs.',
    nextStep: 'Choose another model.',
    details: { file: BEST_FILE },
  })
}

function noProvider(selfTests: SelfTestReport[]): CodedError {
  const tested = selfTests.some((report) => report.steps.length > 0)
  return new CodedError({
    code: tested ? 'engine/self-test-failed' : 'engine/no-provider',
    message: selfTests.map((report) => report.summary).join(' '),
    nextStep: 'Use another browser or another device.',
  })
}
