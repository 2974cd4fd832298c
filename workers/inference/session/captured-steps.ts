import type { StaticCache } from './captured-cache.ts'
import type { SwapLanes } from './captured-lanes.ts'
import { proveCapture } from './captured-proof.ts'
import type { StepRunner } from './captured-runner.ts'
import { type Seats, swapsFor } from './captured-seats.ts'
import { allocateStep, bindStep, type LaneRows, type Step, type StepModel, writeStep } from './captured-step.ts'
import type { GpuBuffers } from './gpu-buffers.ts'

/** What a lane is fed where nothing is asked of it. */
const FILLER_ID = 0

export interface CapturedSteps {
  /** The step that covers these slots' lanes, with their rows, by slot, and filler everywhere else in place. */
  prepare(rowsOf: ReadonlyMap<number, LaneRows>): Promise<Step>
}

export interface CapturedStepsOptions {
  model: StepModel
  device: GPUDevice
  gpuBuffers: GpuBuffers
  runner: StepRunner
  cache: StaticCache
  /** Rows of every lane; fewer are filled up. */
  stepRows: number
  /** Per slot: positions that are worth keeping. */
  held: readonly number[]
  seats: Seats
  swapLanes: SwapLanes
}

/**
 * Steps over the first 1, 2, 4 … lanes of the cache, one captured graph each. A lane without work is fed filler behind what its slot
 * holds, which nothing ever attends to; lanes have room for that beyond a slot's last position. Slots that run together more than once
 * move to the front, so that a step has no more lanes than it needs.
 */
export function createCapturedSteps(options: CapturedStepsOptions): CapturedSteps {
  const { model, device, gpuBuffers, runner, cache, stepRows, held, seats } = options
  const sizes = batchSizes(cache.shape.lanes)
  const steps = new Map<number, Step>()
  let lastCompany = ''
  const everyRow = Array.from({ length: stepRows }, (_, i) => i)

  async function stepOf(batch: number): Promise<Step> {
    const known = steps.get(batch)
    if (known !== undefined) return known
    const shape = { batch, rows: stepRows, wanted: stepRows }
    const step = bindStep(model, allocateStep(model, gpuBuffers, shape), cache, shape)
    await proveCapture(runner, device, gpuBuffers, step, startsOf(batch), model.config.vocabularySize)
    steps.set(batch, step)
    return step
  }

  function startsOf(batch: number): number[] {
    return Array.from({ length: batch }, (_, lane) => held[seats.slotIn(lane)] ?? 0)
  }

  const sizeFor = (lanes: number): number => sizes.find((size) => size >= lanes) ?? cache.shape.lanes

  function moveToFront(active: ReadonlySet<number>): void {
    const company = [...active].join()
    const moves = company === lastCompany ? swapsFor(seats, active, sizeFor(active.size), held) : []
    lastCompany = company
    for (const [slot, other] of moves) {
      options.swapLanes(seats.laneOf(slot), seats.laneOf(other), Math.max(held[slot] ?? 0, held[other] ?? 0))
      seats.swap(slot, other)
    }
  }

  return {
    async prepare(rowsOf) {
      moveToFront(new Set(rowsOf.keys()))
      const batch = sizeFor(1 + Math.max(...[...rowsOf.keys()].map((slot) => seats.laneOf(slot))))
      const step = await stepOf(batch)
      const lanes = startsOf(batch).map((start, lane) => {
        const rows = rowsOf.get(seats.slotIn(lane))
        return { start: rows?.start ?? start, ids: filled(rows?.ids ?? [], stepRows) }
      })
      writeStep(device.queue, step, lanes, everyRow)
      return step
    },
  }
}

/** Filler goes behind: a row never attends to what comes after it. */
export function filled(ids: readonly number[], rows: number): number[] {
  return [...ids, ...new Array<number>(Math.max(0, rows - ids.length)).fill(FILLER_ID)]
}

/** Powers of two, and the number of lanes itself. */
function batchSizes(lanes: number): number[] {
  const sizes: number[] = []
  for (let size = 1; size < lanes; size *= 2) sizes.push(size)
  return [...sizes, lanes]
}
