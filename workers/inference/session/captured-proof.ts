import { CodedError } from '../../../src/protocol/errors.ts'
import type { StepRunner } from './captured-runner.ts'
import { type LaneRows, type Step, writeStep } from './captured-step.ts'
import type { GpuBuffers } from './gpu-buffers.ts'

/**
 * Compares one shape's replays, ORT's and then our repetition of it, with its uncaptured run, bit for bit. Another text each time, since a
 * replay that ignored its inputs would still repeat the first. `starts` are positions of each lane from which on nothing is kept. What
 * differs is not used any more, and nothing is captured after an error that is not the device's end. Errors: `engine/device-lost`.
 */
export async function proveCapture(
  runner: StepRunner,
  device: GPUDevice,
  gpuBuffers: GpuBuffers,
  step: Step,
  starts: readonly number[],
  vocabularySize: number,
): Promise<void> {
  if (runner.state.kind !== 'captured') return
  const { logits, hidden } = step.buffers
  const ranges = [logits, hidden].map((buffer) => ({ buffer, offset: 0, bytes: buffer.size }))
  const { rows, wanted } = step.shape
  const text = (seed: number): LaneRows[] =>
    starts.map((start, lane) => ({
      start,
      ids: Array.from({ length: rows }, (_, i) => (seed + 7 * lane + 3 * i) % vocabularySize),
    }))
  const everyRow = Array.from({ length: wanted }, (_, i) => Math.min(i, rows - 1))
  async function answer(seed: number, run: StepRunner['run']): Promise<Uint32Array> {
    writeStep(device.queue, step, text(seed), everyRow)
    await run(step)
    return new Uint32Array(await gpuBuffers.read(ranges))
  }
  const isExact = async (seed: number): Promise<boolean> => {
    const replayed = await answer(seed, runner.run)
    const expected = await answer(seed, runner.runOnce)
    return replayed.every((bits, i) => bits === expected[i])
  }
  try {
    await answer(1, runner.run)
    if (!(await isExact(2))) runner.giveUp('A replayed step gave other numbers than the same step run node by node.')
    else if (!(await isExact(3))) runner.forgetRecording(step)
  } catch (error) {
    if (CodedError.is(error, 'engine/device-lost')) throw error
    runner.giveUp(CodedError.dataOf(error, 'engine/run-failed').message)
  }
}
