import { describe, expect, it } from 'vitest'
import { createStaticCache, headBytes } from '../../../../../workers/inference/session/captured-cache.ts'
import { createPrefillLane } from '../../../../../workers/inference/session/captured-prefill.ts'
import { createStepRunner } from '../../../../../workers/inference/session/captured-runner.ts'
import { createSeats } from '../../../../../workers/inference/session/captured-seats.ts'
import type { Step } from '../../../../../workers/inference/session/captured-step.ts'
import { createCapturedSteps } from '../../../../../workers/inference/session/captured-steps.ts'
import { createGpuBuffers } from '../../../../../workers/inference/session/gpu-buffers.ts'
import { createMemoryGpu, createToySession, memoryOf, TOY_CONFIG, TOY_GRAPH, TOY_ORT, toyRow } from './memory-gpu.ts'

const SLOTS = 4
const STEP_ROWS = 4
const CONTEXT = 24

/** Steps and prefill over a device that is only memory. */
function open() {
  const { device } = createMemoryGpu()
  const gpuBuffers = createGpuBuffers(device)
  const model = { ort: TOY_ORT, graph: TOY_GRAPH, config: TOY_CONFIG }
  const graphIds: string[] = []
  const runner = createStepRunner(createToySession(graphIds), device, { takeFailure: () => null })
  // Dispatches compute nothing here, so nothing can be recorded.
  const shape = { lanes: SLOTS, kvHeads: 2, positions: CONTEXT + STEP_ROWS, headDim: 2, type: 'float32' } as const
  const lanes = createStaticCache(TOY_ORT, gpuBuffers, TOY_GRAPH.layers, shape)
  const scratch = createStaticCache(TOY_ORT, gpuBuffers, TOY_GRAPH.layers, { ...shape, lanes: 1 })
  const held = new Array<number>(SLOTS).fill(0)
  const seats = createSeats(SLOTS)
  const swaps: number[][] = []
  function swapLanes(lane: number, other: number): void {
    swaps.push([lane, other])
    for (const buffer of lanes.buffers) {
      const bytes = headBytes(shape) * shape.kvHeads
      const values = memoryOf(buffer).bytes
      const kept = values.slice(lane * bytes, (lane + 1) * bytes)
      values.copyWithin(lane * bytes, other * bytes, (other + 1) * bytes)
      values.set(kept, other * bytes)
    }
  }
  const common = { model, device, gpuBuffers, runner, seats, held }
  const steps = createCapturedSteps({ ...common, cache: lanes, stepRows: STEP_ROWS, swapLanes })
  const prefill = createPrefillLane({ ...common, scratch, lanes, minimumRows: STEP_ROWS })

  const rowAt = (step: Step, index: number) =>
    new Float32Array(memoryOf(step.buffers.hidden).bytes.buffer)[index * TOY_CONFIG.hiddenSize] ?? Number.NaN

  return {
    held,
    swaps,
    graphIds,
    prefill,
    async read(slot: number, ids: readonly number[], start: number, end: number): Promise<void> {
      await prefill.run({ slot, start, ids: ids.slice(start, end), wantedFrom: 0, wantedCount: 0 })
      held[slot] = end
    },
    /** Last row of each slot's ids, of which the last `fresh` are fed. */
    async step(texts: ReadonlyMap<number, readonly number[]>, fresh: number): Promise<number[]> {
      const rowsOf = new Map(
        [...texts].map(([slot, ids]) => [slot, { start: ids.length - fresh, ids: ids.slice(-fresh) }]),
      )
      const step = await steps.prepare(rowsOf)
      await runner.run(step)
      for (const [slot, ids] of texts) held[slot] = ids.length
      return [...texts.keys()].map((slot) => rowAt(step, seats.laneOf(slot) * STEP_ROWS + fresh - 1))
    },
  }
}

const A = [3, 1, 4, 1, 5, 2, 6, 5, 3, 5]
const B = [2, 7, 1, 0, 2]
const C = [1, 6, 1]

describe('slots on a device', () => {
  it('answer together what each answers alone, whatever their lengths', async () => {
    const { read, step } = open()
    await read(0, A, 0, 6)
    await read(0, A, 6, 9)
    await read(2, B, 0, 3)
    const texts = new Map([
      [0, A],
      [2, B.slice(0, 4)],
    ])
    expect(await step(texts, 1)).toEqual([toyRow(A), toyRow(B.slice(0, 4))])
    expect(await step(new Map([[2, B]]), 1)).toEqual([toyRow(B)])
  })

  it('leave alone what a slot without work holds', async () => {
    const { read, step } = open()
    await read(0, A, 0, 10)
    await read(1, B, 0, 5)
    await step(new Map([[1, [...B, 3]]]), 1)
    await step(new Map([[3, C]]), 3)
    expect(await step(new Map([[0, [...A, 7]]]), 1)).toEqual([toyRow([...A, 7])])
  })

  it('forget what is fed anew', async () => {
    const { read, step } = open()
    await read(1, A, 0, 9)
    await step(new Map([[1, A]]), 1)
    const other = [...A.slice(0, 7), 0, 0]
    expect(await step(new Map([[1, other]]), 2)).toEqual([toyRow(other)])
  })

  it('fill up to the last position of the context without leaving their lane', async () => {
    const { read, step } = open()
    const full = Array.from({ length: CONTEXT }, (_, i) => i % 5)
    for (let start = 0; start < CONTEXT - 1; start += 8) await read(3, full, start, Math.min(CONTEXT - 1, start + 8))
    expect(await step(new Map([[3, full]]), 1)).toEqual([toyRow(full)])
    await read(2, B, 0, 5)
    expect(await step(new Map([[2, [...B, 1]]]), 1)).toEqual([toyRow([...B, 1])])
    expect(await step(new Map([[3, full]]), 2)).toEqual([toyRow(full)])
  })

  it('move to the front when they run on alone, and take what they hold along', async () => {
    const { read, step, swaps, graphIds } = open()
    await read(3, A, 0, 9)
    await read(0, B, 0, 5)
    const ids = [...A]
    for (const next of [4, 2, 0, 1]) {
      expect(await step(new Map([[3, ids]]), 1)).toEqual([toyRow(ids)])
      ids.push(next)
    }
    // The first run tells nothing yet; after it one move is enough.
    expect(swaps).toEqual([[3, 0]])
    expect(new Set(graphIds)).toEqual(new Set(['-1', '1', '2']))
    expect(await step(new Map([[0, [...B, 6]]]), 1)).toEqual([toyRow([...B, 6])])
  })

  it('copy a prefix, and read on from it', async () => {
    const { read, step, prefill, held } = open()
    await read(1, A, 0, 10)
    prefill.copyPrefix(1, 2, 6)
    held[2] = 6
    const other = [...A.slice(0, 6), 7, 7, 7, 7, 7, 0]
    await read(2, other, 6, 11)
    expect(await step(new Map([[2, other]]), 1)).toEqual([toyRow(other)])
    expect(await step(new Map([[1, [...A, 1]]]), 1)).toEqual([toyRow([...A, 1])])
  })

  it('read on rightly after steps in between changed the slot', async () => {
    const { read, step, prefill } = open()
    await read(0, A, 0, 5)
    await step(new Map([[0, [...A.slice(0, 3), 7, 7]]]), 2)
    prefill.changed(0, 3)
    const other = [...A.slice(0, 3), 7, 7, 1, 1, 1, 1, 1, 2]
    await read(0, other, 5, 10)
    expect(await step(new Map([[0, other]]), 1)).toEqual([toyRow(other)])
  })
})
