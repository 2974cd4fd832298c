import type { EnginePath } from '../../../src/engine/messages.ts'
import type { CodedError } from '../../../src/protocol/errors.ts'
import { isPackable, packSlots } from '../graph/pack-slots.ts'
import type { Techniques } from '../techniques.ts'
import { createCapturedDecoder, STEP_ROWS } from './captured-decoder.ts'
import { prepareCapturedGraph } from './captured-graph.ts'
import { openCapturedSession } from './captured-session.ts'
import { createDecoder } from './decoder.ts'
import type { Gpu } from './gpu-device.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort, OrtSession, OrtSessionOptions } from './ort-api.ts'
import { ortFailure } from './ort-failure.ts'
import { createPackedDecoder, type PackedSession } from './packed-decoder.ts'
import { createPlainSlots } from './plain-slots.ts'
import type { PreparedGraph } from './prepare-graph.ts'
import type { SlotDecoder } from './slot-decoder.ts'

/** ORT's severity 3: its warnings speak of nodes it keeps on the processor on purpose. */
const LOG_ERRORS = 3

/** Up to this size a second session for a single request costs less memory than it saves time: 0.7 ms a step. */
const MAX_DOUBLED_BYTES = 64 * 1_048_576

/** Where 4-bit or 8-bit products stay as they are, one row takes other kernels than several. */
const QUANTISED_RUN_ROWS = 2

export interface PathRequest {
  ort: Ort
  graph: PreparedGraph
  config: ModelConfig
  /** Null on the processor. */
  gpu: Gpu | null
  /** Whether all products are in f32. */
  isFloat: boolean
  slots: number
  contextTokens: number
  techniques: Pick<Techniques, 'capture'>
  /** Milliseconds, monotonic. */
  now: () => number
}

export interface OpenedPath {
  decoder: SlotDecoder
  path: EnginePath
}

export type OpenPath = (request: PathRequest) => Promise<OpenedPath>

/** Ways to run a prepared graph, best first; the last is the plain one, which every graph can take. */
export function pathsFor({ graph, gpu }: PathRequest): OpenPath[] {
  if (graph.plan === null) return [openPlain]
  if (gpu !== null) return [openCaptured, openPlain]
  return isPackable(graph.plan) ? [openPacked, openPlain] : [openPlain]
}

/** Errors: `engine/model-unsupported | engine/out-of-memory`. */
export async function openPlain({ ort, graph, config, gpu, slots, contextTokens }: PathRequest): Promise<OpenedPath> {
  const { model, tapName } = graph.tapped()
  const cache = Array.from({ length: config.layers }, (_, i) => [`present.${i}.key`, `present.${i}.value`]).flat()
  // A graph that is not understood may need its cache cut to length, which is done in ordinary memory.
  const onDevice = gpu !== null && graph.plan !== null
  const preferredOutputLocation = Object.fromEntries(cache.map((name) => [name, 'gpu-buffer' as const]))
  const session = await createSession(ort, model, gpu, {
    externalData: graph.externalData,
    ...(onDevice ? { preferredOutputLocation } : {}),
  })
  const decoder = createDecoder(ort, session, config, { tapName, watch: gpu?.watch ?? null })
  const why = graph.note === '' ? '' : ` ${graph.note}`
  return {
    decoder: createPlainSlots(decoder, { slots, contextTokens, exactPast: graph.plan === null }),
    path: { kind: 'plain', note: `The model runs as it was exported, one sequence at a time.${why}` },
  }
}

async function openPacked({ ort, graph, config, isFloat, slots, contextTokens }: PathRequest): Promise<OpenedPath> {
  const { model, plan } = graph
  if (plan === null) throw new Error('only a graph that is understood is packed')
  const sessions: PackedSession[] = []
  const sizes = slots > 1 && model.length <= MAX_DOUBLED_BYTES ? [1, slots] : [slots]
  try {
    for (const size of sizes) {
      const packed = packSlots(model, plan, { slots: size, headDimension: config.headDimension })
      sessions.push({
        graph: packed,
        session: await createSession(ort, packed.model, null, { externalData: graph.externalData }),
      })
    }
  } catch (error) {
    for (const { session } of sessions) await session.release()
    throw error
  }
  const runRows = isFloat ? 1 : QUANTISED_RUN_ROWS
  return {
    decoder: createPackedDecoder(ort, sessions, config, { slots, contextTokens, runRows }),
    path: { kind: 'packed', note: `Up to ${slots} requests share each run.` },
  }
}

async function openCaptured({
  ort,
  graph,
  config,
  gpu,
  slots,
  contextTokens,
  techniques,
  now,
}: PathRequest): Promise<OpenedPath> {
  if (gpu === null) throw new Error('only a GPU replays steps')
  const captured = prepareCapturedGraph(graph.model)
  if ('plain' in captured) throw new Error(captured.plain)
  const session = await openCapturedSession(ort, captured, gpu, graph.externalData)
  const decoder = await createCapturedDecoder(ort, session, captured, config, gpu, {
    slots,
    contextTokens,
    stepRows: STEP_ROWS,
    capture: techniques.capture,
    now,
  }).catch(async (error: unknown) => {
    await session.release()
    throw error
  })
  const how =
    decoder.capture.kind === 'captured'
      ? `Steps of up to ${slots} requests are replayed on the graphics card.`
      : 'Steps of several requests run together on the graphics card, each encoded anew.'
  return { decoder, path: { kind: 'captured', note: how } }
}

/** One session at a time may be under creation: ORT throws otherwise. Errors: `engine/model-unsupported | engine/out-of-memory`. */
async function createSession(
  ort: Ort,
  model: Uint8Array,
  gpu: Gpu | null,
  more: OrtSessionOptions,
): Promise<OrtSession> {
  // One thread everywhere: the referee's bits are those of one thread, and WebGPU needs no more.
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'error'
  const options: OrtSessionOptions = {
    executionProviders: gpu === null ? ['wasm'] : [{ name: 'webgpu', device: gpu.device }],
    graphOptimizationLevel: 'all',
    logSeverityLevel: LOG_ERRORS,
    ...more,
  }
  return ort.InferenceSession.create(model, options).catch((cause: unknown) => {
    throw creationFailed(cause)
  })
}

function creationFailed(cause: unknown): CodedError {
  return ortFailure(cause, (reason) => ({
    code: 'engine/model-unsupported',
    message: `The model could not be opened: ${reason}`,
    nextStep: 'Reload the page; if it happens again, choose another model.',
  }))
}
