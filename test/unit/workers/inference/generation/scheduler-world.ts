import type { CheckOptions, GenerateOptions } from '../../../../../src/engine/messages.ts'
import type { Cell } from '../../../../../src/protocol/evidence/cell.ts'
import { GREEDY } from '../../../../../tools/greedy.ts'
import type { RunShape } from '../../../../../workers/inference/generation/plan-runs.ts'
import { type RowPolicy, rowPolicyOf } from '../../../../../workers/inference/generation/row-policy.ts'
import type { RunReport } from '../../../../../workers/inference/generation/runner.ts'
import {
  createScheduler,
  type Scheduler,
  type SchedulerOptions,
} from '../../../../../workers/inference/generation/scheduler.ts'
import type { SlotDecoder } from '../../../../../workers/inference/session/slot-decoder.ts'
import { referee } from '../cells.ts'
import { collect, type Generated, SEED } from '../requests.ts'

export const WINDOW: RunShape = { exactness: { kind: 'window', rows: 2 }, prefillChunk: 32 }
export const WINDOW_4: RunShape = { exactness: { kind: 'window', rows: 4 }, prefillChunk: 32 }
export const REPLAY: RunShape = { exactness: { kind: 'replay' }, prefillChunk: 16 }
export const FREE: RunShape = { exactness: { kind: 'none' }, prefillChunk: 32 }

export function policyOf({ exactness }: RunShape): RowPolicy {
  return rowPolicyOf(exactness, null)
}

export const running = new AbortController().signal

/** One turn of the event loop, as a worker takes it between two runs. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

export interface World {
  cell: Cell
  scheduler: Scheduler
  reports: RunReport[]
  generate(options: Partial<GenerateOptions>, signal?: AbortSignal): Promise<Generated>
  check(options: CheckOptions, signal?: AbortSignal): Promise<Awaited<ReturnType<Scheduler['check']>>>
}

/** A scheduler whose runs take as long as they have rows, or steps of a device’s own, on a clock of its own. */
export function openWorld(
  decoder: SlotDecoder,
  shape: RunShape,
  options: Partial<SchedulerOptions> = {},
  residentStepMs = 0.5,
): World {
  const reports: RunReport[] = []
  let rows = 0
  let nowMs = 0
  const { resident } = decoder
  const timed: SlotDecoder = {
    ...decoder,
    run(feeds) {
      rows = feeds.reduce((sum, { ids }) => sum + ids.length, 0)
      nowMs += 1 + rows / 8
      return decoder.run(feeds)
    },
    resident: resident && {
      maxSteps: resident.maxSteps,
      runAhead(all, steps) {
        nowMs += 1 + steps * residentStepMs
        return resident.runAhead(all, steps)
      },
    },
  }
  const scheduler = createScheduler({
    decoder: timed,
    cell: referee(shape),
    now: () => nowMs,
    yieldTurn: turn,
    onRun: (report) => reports.push(report),
    ...options,
  })
  return {
    cell: referee(shape),
    scheduler,
    reports,
    generate: (request, signal = running) => collect(scheduler.generate(requestOf(request), signal)),
    check: (request, signal = running) => scheduler.check(request, signal),
  }
}

export function requestOf(options: Partial<GenerateOptions> = {}): GenerateOptions {
  return {
    promptIds: [3, 1, 4, 1, 5],
    resumedIds: [],
    maxTokens: 40,
    stopIds: [],
    sampler: GREEDY,
    seed: SEED,
    ...options,
  }
}

/** What a loop's events amount to, for comparison with the simple loop. */
export function outcomeOf({ ids, rowsHashes, commitments, segmentLengths, finish }: Generated) {
  return { ids, rowsHashes, commitments, segmentLengths, finish }
}
