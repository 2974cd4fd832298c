import { CodedError } from '../../../src/protocol/errors.ts'
import { halfToFloat } from '../graph/half-float.ts'
import { createStaticCache } from './captured-cache.ts'
import { BYTES_OF, type CapturedGraph, type FloatType } from './captured-graph.ts'
import { createSwapLanes } from './captured-lanes.ts'
import { createPrefillLane } from './captured-prefill.ts'
import { type CaptureState, createStepRunner } from './captured-runner.ts'
import { createSeats } from './captured-seats.ts'
import type { Step } from './captured-step.ts'
import { createCapturedSteps } from './captured-steps.ts'
import { runFailed } from './decoder.ts'
import { createGpuBuffers } from './gpu-buffers.ts'
import type { Gpu } from './gpu-device.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort, OrtSession } from './ort-api.ts'
import { createResidentDecoder } from './resident-decoder.ts'
import { createResidentHead } from './resident-head.ts'
import { MAX_SPAN } from './resident-span.ts'
import type { Feed, FeedAnswers, ResidentDecoder, SlotDecoder } from './slot-decoder.ts'

export interface CapturedDecoder extends SlotDecoder {
  /** Whether steps are replayed; otherwise why not. May turn to `uncaptured` when a further batch size is first used. */
  readonly capture: CaptureState
  readonly copyPrefix: NonNullable<SlotDecoder['copyPrefix']>
  readonly resident: ResidentDecoder
}

export interface CapturedDecoderOptions {
  slots: number
  contextTokens: number
  /** Rows of every step: as many as it takes to use the kernels of a prefill (protocol.md §4.1), and room for as many drafts less one. */
  stepRows: number
  /** False runs every step node by node, for comparison. */
  capture?: boolean
  /** Milliseconds, monotonic. */
  now?: () => number
}

/** Four rows are the fewest that 4-bit kernels treat as many. */
export const STEP_ROWS = 4

/**
 * Slots on a GPU: static keys and values, [slots, kvHeads, context, headDim] per layer; steps of all slots together, replayed from a
 * captured graph; prompts one at a time beside them. A feed of up to `stepRows` rows costs what one row costs.
 * Takes the session, not the device. Errors: `engine/model-unsupported | engine/device-lost | engine/out-of-memory`.
 */
export async function createCapturedDecoder(
  ort: Ort,
  session: OrtSession,
  graph: CapturedGraph,
  config: ModelConfig,
  gpu: Gpu,
  { slots, contextTokens, stepRows, capture = true, now = () => performance.now() }: CapturedDecoderOptions,
): Promise<CapturedDecoder> {
  const { attentionWindow } = graph
  if (attentionWindow !== null && attentionWindow < contextTokens) throw shortSighted(attentionWindow)
  if (graph.logitsType === 'float16' && config.vocabularySize % 2 === 1) throw oddHalves()
  const { device, watch } = gpu
  const gpuBuffers = createGpuBuffers(device)
  const model = { ort, graph, config }
  const runner = createStepRunner(session, device, watch)
  if (!capture) runner.giveUp('Replaying was not asked for.')
  /** Filler may lie behind the last position. */
  const positions = contextTokens + stepRows
  const shape = {
    lanes: slots,
    kvHeads: config.keyValueHeads,
    positions,
    headDim: config.headDimension,
    type: graph.cacheType,
  }
  const lanes = createStaticCache(ort, gpuBuffers, graph.layers, shape)
  const scratch = createStaticCache(ort, gpuBuffers, graph.layers, { ...shape, lanes: 1 })
  const held = new Array<number>(slots).fill(0)
  const seats = createSeats(slots)
  const swapLanes = await createSwapLanes(device, lanes)
  const common = { model, device, gpuBuffers, runner, lanes, seats }
  const steps = createCapturedSteps({ ...common, cache: lanes, stepRows, held, swapLanes })
  const prefill = createPrefillLane({ ...common, scratch, minimumRows: stepRows })

  const head = await createResidentHead({
    device,
    gpuBuffers,
    stepRows,
    maxSequences: slots,
    maxSteps: MAX_SPAN,
    vocabularySize: config.vocabularySize,
    hiddenSize: config.hiddenSize,
    logitsType: graph.logitsType,
    positions: graph.positions !== null,
  })
  const looping = createResidentDecoder({
    device,
    gpuBuffers,
    runner,
    steps,
    seats,
    head,
    stepRows,
    contextTokens,
    now,
    hiddenSize: config.hiddenSize,
  })
  await looping.tune().catch((error: unknown) => {
    gpuBuffers.destroy()
    throw error
  })

  /** What fails leaves its slots unknown; what the device did wrong meanwhile is found out here. */
  async function guarded<T>(slotsUsed: readonly number[], work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      const failure = watch.takeFailure()
      if (failure) throw failure
      return result
    } catch (cause) {
      for (const slot of slotsUsed) {
        held[slot] = 0
        prefill.changed(slot, 0)
      }
      throw watch.takeFailure() ?? (CodedError.is(cause) ? cause : runFailed(cause))
    }
  }

  const resident: ResidentDecoder = {
    get maxSteps() {
      return looping.maxSteps
    },
    async runAhead(rows, wanted) {
      if (rows.some((row) => row.start + row.ids.length > contextTokens)) throw contextOverflow()
      for (const { slot, start } of rows) {
        held[slot] = start
        prefill.changed(slot, start)
      }
      return guarded(
        rows.map((row) => row.slot),
        async () => {
          const results = await looping.runAhead(rows, wanted)
          for (const [i, { slot, start, ids }] of rows.entries()) {
            held[slot] = start + ids.length + (results[i]?.length ?? 1) - 1
          }
          return results
        },
      )
    },
  }

  async function read(step: Step, parts: readonly { first: number; count: number }[]): Promise<FeedAnswers[]> {
    const { vocabularySize, hiddenSize } = config
    const logitBytes = vocabularySize * BYTES_OF[graph.logitsType]
    const rowBytes = hiddenSize * 4
    const { logits, hidden } = step.buffers
    const bytes = await gpuBuffers.read(
      parts.flatMap(({ first, count }) => [
        { buffer: logits, offset: first * logitBytes, bytes: count * logitBytes },
        { buffer: hidden, offset: first * rowBytes, bytes: count * rowBytes },
      ]),
    )
    let at = 0
    return parts.map(({ count }) => {
      const logitsAt = at
      const rowsAt = logitsAt + count * logitBytes
      at = rowsAt + count * rowBytes
      return {
        count,
        logits: (index) => floatsAt(bytes, logitsAt + index * logitBytes, vocabularySize, graph.logitsType),
        row: (index) => floatsAt(bytes, rowsAt + index * rowBytes, hiddenSize, 'float32'),
      }
    })
  }

  async function runPrefill(feed: Feed): Promise<FeedAnswers[]> {
    const step = await prefill.run(feed)
    return read(step, [{ first: 0, count: feed.wantedCount }])
  }

  async function runStep(feeds: readonly Feed[]): Promise<FeedAnswers[]> {
    const step = await steps.prepare(new Map(feeds.map((feed) => [feed.slot, feed])))
    await runner.run(step)
    const parts = feeds.map(({ slot, wantedFrom, wantedCount }) => ({
      first: seats.laneOf(slot) * stepRows + wantedFrom,
      count: wantedCount,
    }))
    return read(step, parts)
  }

  return {
    config,
    slots,
    contextTokens,
    packing: 'steps',
    stepRows,
    exactRows: 1,
    resident,
    get capture() {
      return runner.state
    },
    async run(feeds) {
      const [first] = feeds
      if (first === undefined) return []
      const longest = Math.max(...feeds.map((feed) => feed.ids.length))
      if (longest > stepRows && feeds.length > 1) throw new Error(`${feeds.length} feeds of up to ${longest} rows`)
      if (feeds.some((feed) => feed.start + feed.ids.length > contextTokens)) throw contextOverflow()
      for (const { slot, start } of feeds) held[slot] = start
      return guarded(
        feeds.map((feed) => feed.slot),
        async () => {
          const answers = longest > stepRows ? await runPrefill(first) : await runStep(feeds)
          for (const { slot, start, ids } of feeds) {
            held[slot] = start + ids.length
            if (longest <= stepRows) prefill.changed(slot, start)
          }
          return answers
        },
      )
    },
    async copyPrefix(from, to, tokens) {
      if (from === to) return
      prefill.copyPrefix(from, to, tokens)
      held[to] = tokens
    },
    async release() {
      await session.release()
      gpuBuffers.destroy()
    },
  }
}

function floatsAt(bytes: ArrayBuffer, offset: number, count: number, type: FloatType): Float32Array {
  return type === 'float32'
    ? new Float32Array(bytes, offset, count)
    : Float32Array.from(new Uint16Array(bytes, offset, count), halfToFloat)
}

/** GroupQueryAttention narrows its view by a length that it wants to see on the processor (ORT 1.30.0); in a replay there is none. */
function shortSighted(attentionWindow: number): CodedError {
  return new CodedError({
    code: 'engine/model-unsupported',
    message: `Some of the model's layers see only ${attentionWindow} tokens, which steps on the graphics card cannot do.`,
    nextStep: 'Nothing needs to be done: it is run step by step instead.',
  })
}

/** Copies start at multiples of four bytes. */
function oddHalves(): CodedError {
  return new CodedError({
    code: 'engine/model-unsupported',
    message: 'The model answers with an odd number of half floats, which cannot be read row by row.',
    nextStep: 'Nothing needs to be done: it is run step by step instead.',
  })
}

function contextOverflow(): CodedError {
  return new CodedError({
    code: 'engine/context-overflow',
    message: 'The text is longer than this device has room for.',
    nextStep: 'Ask a shorter question, or for a shorter answer.',
  })
}
