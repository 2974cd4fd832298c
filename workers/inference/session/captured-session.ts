import type { CodedError } from '../../../src/protocol/errors.ts'
import type { CapturedGraph } from './captured-graph.ts'
import type { Gpu } from './gpu-device.ts'
import type { Ort, OrtSession, OrtSessionOptions } from './ort-api.ts'
import { ortFailure } from './ort-failure.ts'

/** ORT's severity 3: its warnings speak of nodes it keeps on the processor on purpose. */
const LOG_ERRORS = 3

/** What ORT takes as the id of a run that is neither captured nor replayed. */
export const UNCAPTURED = '-1'

/**
 * A session that can capture several graphs, one per id in the run options. ORT's provider has to be told so, its JavaScript layer must
 * not be: that one binds all inputs once, to the first run's. Both read the same option, the provider first (1.30.0).
 * Errors: `engine/model-unsupported` (also when a node would not run on the GPU), `engine/out-of-memory`.
 */
export async function openCapturedSession(
  ort: Ort,
  graph: CapturedGraph,
  gpu: Gpu,
  externalData: NonNullable<OrtSessionOptions['externalData']> = [],
): Promise<OrtSession> {
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  const options: OrtSessionOptions = {
    executionProviders: [{ name: 'webgpu', device: gpu.device }],
    graphOptimizationLevel: 'all',
    logSeverityLevel: LOG_ERRORS,
    preferredOutputLocation: 'gpu-buffer',
    externalData,
  }
  let reads = 0
  Object.defineProperty(options, 'enableGraphCapture', {
    enumerable: true,
    get: () => (reads++ === 0 ? true : undefined),
  })
  return ort.InferenceSession.create(graph.model, options).catch((cause: unknown) => {
    throw creationFailed(cause)
  })
}

function creationFailed(cause: unknown): CodedError {
  return ortFailure(cause, (reason) => ({
    code: 'engine/model-unsupported',
    message: `The model could not be opened for the graphics card: ${reason}`,
    nextStep: 'Nothing needs to be done: it is run step by step instead.',
  }))
}
