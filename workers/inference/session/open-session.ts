import type { CodedError } from '../../../src/protocol/errors.ts'
import { appendFinalNormTap } from '../graph/append-final-norm-tap.ts'
import { expandToF32 } from '../graph/expand-to-f32.ts'
import { graphHash } from '../graph/graph-hash.ts'
import { createDecoder, type Decoder } from './decoder.ts'
import type { Gpu } from './gpu-device.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort, OrtSessionOptions } from './ort-api.ts'
import { ortFailure } from './ort-failure.ts'

/** ORT's severity 3: its warnings speak of nodes it keeps on the processor on purpose. */
const LOG_ERRORS = 3

/** One way to run the model: which file, in which arithmetic, on what. */
export interface Variant {
  provider: 'webgpu' | 'wasm'
  precision: 'q4' | 'q4f16' | 'q4-f32'
  path: string
}

/** The same 4-bit weights, expanded for the processor: 325 instead of 67 tokens/s on one thread (engine.md, Precision on the CPU). */
export const WASM_VARIANT: Variant = { provider: 'wasm', precision: 'q4-f32', path: 'onnx/model_q4.onnx' }
export const GPU_VARIANT: Variant = { provider: 'webgpu', precision: 'q4', path: 'onnx/model_q4.onnx' }
/** Half-precision activations: only where the shaders have them, and only if the f32 kernels are wrong here. */
export const GPU_HALF_VARIANT: Variant = { provider: 'webgpu', precision: 'q4f16', path: 'onnx/model_q4f16.onnx' }

export interface PreparedGraph {
  model: Uint8Array
  tapName: string
  /** Hex SHA-256 of the graph as run. */
  graphHash: string
}

/** Applies the transforms of a variant. Errors: `engine/model-unreadable | engine/model-unsupported`. */
export async function prepareGraph(file: Uint8Array, variant: Variant): Promise<PreparedGraph> {
  const { model, tapName } = appendFinalNormTap(variant.precision === 'q4-f32' ? expandToF32(file).model : file)
  return { model, tapName, graphHash: await graphHash(model) }
}

/** One session at a time may be under creation: ORT throws otherwise. Errors: `engine/model-unreadable | engine/out-of-memory`. */
export async function openSession(
  ort: Ort,
  graph: PreparedGraph,
  config: ModelConfig,
  gpu: Gpu | null,
): Promise<Decoder> {
  // One thread everywhere: the referee's bits are those of one thread, and WebGPU needs no more.
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  const options: OrtSessionOptions =
    gpu === null
      ? { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: LOG_ERRORS }
      : {
          executionProviders: [{ name: 'webgpu', device: gpu.device }],
          graphOptimizationLevel: 'all',
          logSeverityLevel: LOG_ERRORS,
          preferredOutputLocation: Object.fromEntries(presentNames(config).map((name) => [name, 'gpu-buffer'])),
        }
  const session = await ort.InferenceSession.create(graph.model, options).catch((cause: unknown) => {
    throw creationFailed(cause)
  })
  return createDecoder(ort, session, config, { tapName: graph.tapName, watch: gpu?.watch ?? null })
}

function presentNames(config: ModelConfig): string[] {
  return Array.from({ length: config.layers }, (_, layer) => [`present.${layer}.key`, `present.${layer}.value`]).flat()
}

function creationFailed(cause: unknown): CodedError {
  return ortFailure(cause, (reason) => ({
    code: 'engine/model-unsupported',
    message: `The model could not be opened: ${reason}`,
    nextStep: 'Reload the page; if it happens again, choose another model.',
  }))
}
