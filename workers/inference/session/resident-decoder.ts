import type { StepRunner } from './captured-runner.ts'
import type { Seats } from './captured-seats.ts'
import type { CapturedSteps } from './captured-steps.ts'
import type { GpuBuffers } from './gpu-buffers.ts'
import type { ResidentHead } from './resident-head.ts'
import { CANDIDATES, LOG_HEAD_WORDS, SEQUENCE_WORDS } from './resident-shaders.ts'
import { afterSpan, MAX_SPAN, type SpanTimes, spanOf, timesOf } from './resident-span.ts'
import type { ResidentDecoder, ResidentRow, ResidentStep } from './slot-decoder.ts'

/** Spans that are timed before the first request. */
const SHORT_SPAN = 1
const LONG_SPAN = 4

export interface ResidentDecoderOptions {
  device: GPUDevice
  gpuBuffers: GpuBuffers
  runner: StepRunner
  steps: CapturedSteps
  seats: Seats
  head: ResidentHead
  hiddenSize: number
  stepRows: number
  contextTokens: number
  /** Milliseconds, monotonic. */
  now: () => number
}

/** Steps on the device alone: replay, guess, next inputs, log, as often as asked; one read-back for all. */
export function createResidentDecoder(options: ResidentDecoderOptions): ResidentDecoder & { tune(): Promise<void> } {
  const { device, gpuBuffers, runner, steps, seats, head, hiddenSize, stepRows, contextTokens, now } = options
  let times: SpanTimes = { stepMs: 1, readBackMs: 0 }

  async function runAhead(rows: readonly ResidentRow[], wanted: number): Promise<ResidentStep[][]> {
    const room = Math.min(...rows.map((row) => contextTokens - row.start - row.ids.length + 1))
    const count = Math.max(1, Math.min(wanted, room, MAX_SPAN))
    const step = await steps.prepare(new Map(rows.map((row) => [row.slot, row])))
    device.queue.writeBuffer(head.sequences, 0, sequenceWords(rows, seats.laneOf))
    for (let i = 0; i < count; i++) {
      await runner.run(step, (pass) => head.advance(pass, step, rows.length))
    }
    const bytes = await gpuBuffers.read([
      { buffer: head.log, offset: 0, bytes: count * rows.length * head.entryWords * 4 },
    ])
    return rows.map((_, sequence) =>
      Array.from({ length: count }, (__, i) =>
        entryAt(bytes, (i * rows.length + sequence) * head.entryWords, hiddenSize),
      ),
    )
  }

  async function timed(
    rows: readonly ResidentRow[],
    wanted: number,
  ): Promise<{ results: ResidentStep[][]; ms: number }> {
    const startedMs = now()
    const results = await runAhead(rows, wanted)
    return { results, ms: now() - startedMs }
  }

  return {
    get maxSteps() {
      return spanOf(times)
    },
    async runAhead(rows, wanted) {
      if (rows.length === 0) return []
      if (rows.some((row) => row.ids.length > stepRows)) throw new Error(`more than ${stepRows} rows in a step`)
      const { results, ms } = await timed(rows, wanted)
      times = afterSpan(times, results[0]?.length ?? 1, ms)
      return results
    },
    async tune() {
      const sampler = { temperatureMilli: 0, topK: 1, topPMilli: 1_000 }
      const row: ResidentRow = { slot: 0, start: 0, ids: [0], sampler, noise: [0, 0], position: 0 }
      await timed([row], SHORT_SPAN)
      const short = await timed([row], SHORT_SPAN)
      const long = await timed([row], LONG_SPAN)
      times = timesOf({ steps: SHORT_SPAN, ms: short.ms }, { steps: LONG_SPAN, ms: long.ms })
    },
  }
}

/** As `Sequence` in resident-shaders.ts. */
export function sequenceWords(rows: readonly ResidentRow[], laneOf: Seats['laneOf']): Uint32Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(rows.length * SEQUENCE_WORDS * 4))
  for (const [i, { slot, ids, sampler, noise, position }] of rows.entries()) {
    const at = i * SEQUENCE_WORDS * 4
    const greedy = sampler.temperatureMilli === 0
    view.setUint32(at, laneOf(slot), true)
    view.setUint32(at + 4, ids.length - 1, true)
    view.setUint32(at + 8, greedy ? 1 : Math.min(sampler.topK, CANDIDATES), true)
    view.setUint32(at + 12, position, true)
    view.setFloat32(at + 16, sampler.temperatureMilli / 1_000, true)
    view.setFloat32(at + 20, sampler.topPMilli / 1_000, true)
    view.setUint32(at + 24, noise[0], true)
    view.setUint32(at + 28, noise[1], true)
  }
  return new Uint32Array(view.buffer)
}

function entryAt(bytes: ArrayBuffer, word: number, hiddenSize: number): ResidentStep {
  const words = (from: number) => (word + from) * 4
  const allIds = new Int32Array(bytes, words(1), CANDIDATES)
  // A vocabulary, or what of a row is a number, may be smaller.
  const nobody = allIds.indexOf(-1)
  const kept = nobody === -1 ? CANDIDATES : nobody
  return {
    id: new Int32Array(bytes, words(0), 1)[0] ?? -1,
    candidateIds: allIds.subarray(0, kept),
    candidateLogits: new Float32Array(bytes, words(1 + CANDIDATES), kept),
    row: new Float32Array(bytes, words(LOG_HEAD_WORDS), hiddenSize),
  }
}
