import type { ModelSource, SelfTestReport } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import type { RunShape } from '../generation/plan-runs.ts'
import { TRANSFORM_VERSION } from '../graph/graph-hash.ts'
import type { KnownAnswers } from '../self-test/known-answers.ts'
import { runSelfTest } from '../self-test/run-self-test.ts'
import type { Decoder } from './decoder.ts'
import type { Gpu, GpuOffer } from './gpu-device.ts'
import type { ModelConfig } from './model-config.ts'
import { GPU_HALF_VARIANT, GPU_VARIANT, openSession, prepareGraph, type Variant, WASM_VARIANT } from './open-session.ts'
import type { Ort } from './ort-api.ts'

export interface ProviderPorts {
  importOrt: (provider: 'webgpu' | 'wasm') => Promise<Ort>
  openGpu: () => Promise<GpuOffer>
  /** For example `chromium 156`; names WebGPU cells. */
  browser: string
  /** Milliseconds, monotonic. */
  now: () => number
}

export interface ProviderRequest extends ModelSource {
  provider: 'auto' | 'webgpu' | 'wasm' | 'referee'
  config: ModelConfig
  answers: KnownAnswers
  readFile: (path: string) => Promise<Uint8Array>
  progress: (stage: 'preparing' | 'compiling' | 'self-test', fraction: number) => void
  signal: AbortSignal
}

export interface ChosenProvider {
  decoder: Decoder
  gpu: Gpu | null
  shape: RunShape
  cell: Cell
  selfTests: SelfTestReport[]
  tokensPerSecond: number
}

/**
 * WebGPU, then WASM, whichever first answers the known questions on this very device. Every attempt leaves a report.
 * Errors: `engine/no-provider | engine/self-test-failed | engine/aborted`, and those of reading the model.
 */
export async function chooseProvider(ports: ProviderPorts, request: ProviderRequest): Promise<ChosenProvider> {
  const selfTests: SelfTestReport[] = []
  if (request.provider === 'auto' || request.provider === 'webgpu') {
    const offer = await ports.openGpu()
    if ('unavailable' in offer) selfTests.push(refusal('webgpu', offer.unavailable))
    else {
      for (const variant of gpuVariants(offer.gpu, request)) {
        const chosen = await tryVariant(ports, request, variant, offer.gpu, selfTests)
        if (chosen !== null) return chosen
      }
      offer.gpu.device.destroy()
    }
  }
  if (request.provider !== 'webgpu') {
    const chosen = await tryVariant(ports, request, WASM_VARIANT, null, selfTests)
    if (chosen !== null) return chosen
  }
  throw noProvider(selfTests)
}

function gpuVariants(gpu: Gpu, { manifest }: ProviderRequest): Variant[] {
  const half =
    gpu.device.features.has('shader-f16') && manifest.files.some((file) => file.path === GPU_HALF_VARIANT.path)
  return half ? [GPU_VARIANT, GPU_HALF_VARIANT] : [GPU_VARIANT]
}

/** Null when the variant cannot be used here; why is in the report it adds. */
async function tryVariant(
  ports: ProviderPorts,
  request: ProviderRequest,
  variant: Variant,
  gpu: Gpu | null,
  selfTests: SelfTestReport[],
): Promise<ChosenProvider | null> {
  const { config, answers, progress } = request
  throwIfAborted(request.signal)
  const file = await request.readFile(variant.path)
  progress('preparing', 0)
  const graph = await prepareGraph(file, variant)
  progress('compiling', 0)
  throwIfAborted(request.signal)
  let decoder: Decoder | null = null
  try {
    const ort = await ports.importOrt(variant.provider)
    decoder = await openSession(ort, graph, config, gpu)
    progress('self-test', 0)
    const result = await runSelfTest(variant.provider, decoder, answers, ports.now)
    selfTests.push(result.report)
    progress('self-test', 1)
    if (result.outcome === 'usable') {
      const { shape, tokensPerSecond } = result
      const cell = {
        ...placeOf(ports, variant, gpu, ort),
        ...shape,
        modelRoot: request.modelRoot,
        graphHash: graph.graphHash,
      }
      return { decoder, gpu, shape, cell, selfTests, tokensPerSecond }
    }
  } catch (error) {
    // A GPU may fail in any way; the processor is the last resort, so its failure is the caller's.
    if (gpu === null) {
      await decoder?.release()
      throw error
    }
    selfTests.push(
      refusal(
        'webgpu',
        `The graphics card failed while it was tested: ${CodedError.dataOf(error, 'engine/run-failed').message}`,
      ),
    )
  }
  await decoder?.release().catch(() => undefined)
  return null
}

/** The device's part of a cell. One-thread WASM has no place: the same bits were measured in Chromium, Firefox and Node. */
function placeOf(ports: ProviderPorts, { provider, precision }: Variant, gpu: Gpu | null, ort: Ort) {
  return {
    provider,
    precision,
    vendor: cellText(gpu?.vendor ?? ''),
    architecture: cellText(gpu?.architecture ?? ''),
    browser: gpu === null ? '' : ports.browser,
    ortVersion: ort.env.versions.web ?? ort.env.versions.common,
    threads: 1,
    transformVersion: TRANSFORM_VERSION,
  }
}

/** A driver may say anything; a cell holds printable ASCII, 32 characters at most. */
function cellText(fact: string): string {
  return fact.replaceAll(/[^ -~]/g, '').slice(0, 32)
}

function refusal(provider: 'webgpu' | 'wasm', summary: string): SelfTestReport {
  return { provider, steps: [], prefillChunk: 0, outcome: 'refused', summary }
}

function noProvider(selfTests: SelfTestReport[]): CodedError {
  const tested = selfTests.some((report) => report.steps.length > 0)
  return new CodedError({
    code: tested ? 'engine/self-test-failed' : 'engine/no-provider',
    message: selfTests.map((report) => report.summary).join(' '),
    nextStep: 'Use another browser or another device.',
  })
}

export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new CodedError({
    code: 'engine/aborted',
    message: 'The work was stopped before its end.',
    nextStep: 'Start it again when you want to.',
  })
}
