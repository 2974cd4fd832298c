import { copyPositions, type StaticCache } from './captured-cache.ts'
import type { StepRunner } from './captured-runner.ts'
import type { Seats } from './captured-seats.ts'
import {
  allocateStep,
  bindStep,
  type Step,
  type StepBuffers,
  type StepModel,
  type StepShape,
  writeStep,
} from './captured-step.ts'
import { filled } from './captured-steps.ts'
import type { GpuBuffers } from './gpu-buffers.ts'
import type { Feed } from './slot-decoder.ts'

/** Runs of any length for one slot at a time, in a lane of their own, whose new keys and values are then copied to the slot's. */
export interface PrefillLane {
  /** The step that was run; its outputs hold the wanted rows, in order. */
  run(feed: Feed): Promise<Step>
  /** The slot's lane has changed from `position` on, and not through here. */
  changed(slot: number, position: number): void
  copyPrefix(from: number, to: number, tokens: number): void
}

export interface PrefillLaneOptions {
  model: StepModel
  device: GPUDevice
  gpuBuffers: GpuBuffers
  runner: StepRunner
  /** One lane. */
  scratch: StaticCache
  lanes: StaticCache
  seats: Seats
  /** Rows, and wanted rows, of every run at least: fewer would be computed by other kernels. */
  minimumRows: number
}

export function createPrefillLane(options: PrefillLaneOptions): PrefillLane {
  const { model, device, gpuBuffers, runner, scratch, lanes, seats, minimumRows } = options
  /** Whose first positions the scratch lane holds. */
  let tenant = { slot: -1, length: 0 }
  const allocated = new Map<string, StepBuffers>()

  function copy(direction: 'in' | 'out', slot: number, start: number, end: number): void {
    if (start >= end) return
    const own = { cache: scratch, lane: 0 }
    const other = { cache: lanes, lane: seats.laneOf(slot) }
    const encoder = device.createCommandEncoder()
    if (direction === 'in') copyPositions(encoder, other, own, start, end)
    else copyPositions(encoder, own, other, start, end)
    device.queue.submit([encoder.finish()])
  }

  function moveIn(slot: number, length: number): void {
    const kept = tenant.slot === slot ? Math.min(tenant.length, length) : 0
    copy('in', slot, kept, length)
    tenant = { slot, length }
  }

  /** Buffers are shared by shapes of about the same size. */
  function stepOf(shape: StepShape): Step {
    const room = { batch: 1, rows: powerOfTwo(shape.rows), wanted: powerOfTwo(shape.wanted) }
    const key = `${room.rows} ${room.wanted}`
    const buffers = allocated.get(key) ?? allocateStep(model, gpuBuffers, room)
    allocated.set(key, buffers)
    return bindStep(model, buffers, scratch, shape)
  }

  return {
    async run({ slot, start, ids, wantedFrom, wantedCount }) {
      moveIn(slot, start)
      const rows = Math.max(minimumRows, ids.length)
      const wanted = Math.max(minimumRows, wantedCount)
      const step = stepOf({ batch: 1, rows, wanted })
      const indices = Array.from({ length: wanted }, (_, i) => wantedFrom + Math.min(i, Math.max(0, wantedCount - 1)))
      writeStep(
        device.queue,
        step,
        [{ start, ids: filled(ids, rows) }],
        indices.map((index) => Math.min(index, rows - 1)),
      )
      tenant = { slot, length: start }
      await runner.runOnce(step)
      const end = start + ids.length
      copy('out', slot, start, end)
      tenant = { slot, length: end }
      return step
    },
    changed(slot, position) {
      if (tenant.slot === slot) tenant = { slot, length: Math.min(tenant.length, position) }
    },
    copyPrefix(from, to, tokens) {
      moveIn(from, tokens)
      copy('out', to, 0, tokens)
      tenant = { slot: to, length: tokens }
    },
  }
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast))
}
