import { type Recording, recordDispatches } from './captured-recording.ts'
import { UNCAPTURED } from './captured-session.ts'
import type { Step } from './captured-step.ts'
import { runFailed } from './decoder.ts'
import type { GpuWatch } from './gpu-device.ts'
import type { OrtSession } from './ort-api.ts'

/** How steps are run: replayed as captured, or node by node, and then why. */
export type CaptureState = { kind: 'captured' } | { kind: 'uncaptured'; reason: string }

/** Work of ours behind a step, in the same compute pass where that can be. */
export type Afterwards = (pass: GPUComputePassEncoder) => void

/** Runs steps, captured where that was proven on this device to change nothing. */
export interface StepRunner {
  readonly state: CaptureState
  /** Never captured: for shapes that will not come again. */
  runOnce(step: Step): Promise<void>
  /** Captured by ORT at a step's first run, recorded at its second, repeated from then on. */
  run(step: Step, afterwards?: Afterwards): Promise<void>
  /** From now on this step's replays are ORT's own. */
  forgetRecording(step: Step): void
  /** From now on nothing is captured or replayed. */
  giveUp(reason: string): void
}

/** Errors of runs: `engine/run-failed | engine/device-lost | engine/out-of-memory`; those of a repetition show when its results are read. */
export function createStepRunner(session: OrtSession, device: GPUDevice, watch: GpuWatch): StepRunner {
  let state: CaptureState = { kind: 'captured' }
  const graphIds = new Map<Step, string>()
  /** Null where a replay is left to ORT. */
  const recordings = new Map<Step, Recording | null>()

  async function runAs(step: Step, graphId: string): Promise<void> {
    try {
      await session.run(step.feeds, step.fetches, { extra: { gpu_graph_id: graphId } })
    } catch (cause) {
      throw watch.takeFailure() ?? runFailed(cause)
    }
    const failure = watch.takeFailure()
    if (failure) throw failure
  }

  function submit(recording: Recording | null, afterwards: Afterwards | undefined): void {
    if (recording === null && afterwards === undefined) return
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    recording?.encode(pass)
    afterwards?.(pass)
    pass.end()
    device.queue.submit([encoder.finish()])
  }

  async function runByOrt(step: Step): Promise<void> {
    const known = graphIds.get(step)
    const id = known ?? String(graphIds.size + 1)
    graphIds.set(step, id)
    if (known === undefined || recordings.has(step)) return runAs(step, id)
    recordings.set(step, await recordDispatches(device, () => runAs(step, id)))
  }

  return {
    get state() {
      return state
    },
    runOnce: (step) => runAs(step, UNCAPTURED),
    async run(step, afterwards) {
      const recording = state.kind === 'captured' ? (recordings.get(step) ?? null) : null
      if (state.kind === 'uncaptured') await runAs(step, UNCAPTURED)
      else if (recording === null) await runByOrt(step)
      submit(recording, afterwards)
    },
    forgetRecording(step) {
      recordings.set(step, null)
    },
    giveUp(reason) {
      state = { kind: 'uncaptured', reason }
    },
  }
}
