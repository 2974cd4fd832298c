import type { Clock, GenerateOptions, GenerateUse, GenerationEvent } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { cellId } from '../protocol/evidence/cell.ts'
import { createAnswerProgress } from './answer-progress.ts'
import { OTHER_DEVICE } from './engine-errors.ts'
import { createEventQueue } from './event-queue.ts'
import type { ModelHost, ReadyWorker } from './model-host.ts'
import { createStrikes } from './strikes.ts'
import type { CallControl } from './worker-channel.ts'

/**
 * One answer, over as many workers as it takes. After a worker has died the next one goes on from the last committed segment; the
 * provisional tokens beyond it come again, at the same positions. Errors: `engine/*`.
 */
export async function* generateThroughLosses(
  host: ModelHost,
  clock: Pick<Clock, 'after'>,
  options: GenerateOptions,
  signal: AbortSignal,
  { anyCell = false }: GenerateUse,
): AsyncGenerator<GenerationEvent, void> {
  const progress = createAnswerProgress(options)
  const strikes = createStrikes(host, clock)
  // Whoever called has promised this cell's bits, so what another one would compute is not for this answer.
  const promised = host.info
  for (;;) {
    let worker: ReadyWorker
    try {
      worker = await host.ready(signal)
    } catch (error) {
      if (!signal.aborted || !CodedError.is(error, 'engine/aborted')) throw error
      return yield { type: 'finish', reason: 'aborted' }
    }
    const isOther = promised !== null && cellId(promised.cell) !== cellId(worker.info.cell)
    if (isOther && !anyCell) throw new CodedError(OTHER_DEVICE)
    try {
      for await (const event of generateOnce(worker, progress.rest(), signal)) {
        progress.note(event)
        yield event
      }
      return
    } catch (error) {
      // Whoever has asked for the end needs no other worker to get it.
      if (signal.aborted && ENDS.has(CodedError.dataOf(error, 'engine/run-failed').code)) {
        return yield { type: 'finish', reason: 'aborted' }
      }
      await strikes.assertMayGoOn(error, worker)
      const reason = progress.ended(worker.info.contextTokens)
      if (reason !== null) return yield { type: 'finish', reason }
    }
  }
}

const ENDS: ReadonlySet<string> = new Set(['engine/aborted', 'engine/worker-stuck', 'engine/device-lost'])

async function* generateOnce(
  { channel, seats }: ReadyWorker,
  options: GenerateOptions,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, void> {
  const leave = await seats.take(signal)
  // Aborted by the caller, or by whoever stops iterating before the end.
  const stop = new AbortController()
  const forward = (): void => stop.abort()
  let control: CallControl | null = null
  const events = createEventQueue<GenerationEvent>((isFull) => (isFull ? control?.pause() : control?.resume()))
  const ended = channel
    .call('generate', options, {
      signal: stop.signal,
      onEvent: events.push,
      onStart: (started) => {
        control = started
      },
    })
    .then(events.end, events.fail)
  signal.addEventListener('abort', forward, { once: true })
  if (signal.aborted) forward()
  try {
    yield* events
  } finally {
    signal.removeEventListener('abort', forward)
    stop.abort()
    await ended
    leave()
  }
}
