import type { CheckOptions, GenerateOptions, GenerationEvent } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { type Cell, isExactPair } from '../../../src/protocol/evidence/cell.ts'
import type { CheckReport } from '../../../src/protocol/evidence/check-report.ts'
import type { SlotDecoder } from '../session/slot-decoder.ts'
import type { TokenBounds } from './answer.ts'
import { createCheckStrand } from './check-strand.ts'
import { createGenerationStrand } from './generation-strand.ts'
import { createOutbox } from './outbox.ts'
import type { RunShape } from './plan-runs.ts'
import { rowPolicyOf } from './row-policy.ts'
import { createRunner, type Ready, type RunReport } from './runner.ts'
import { createSeating, type Seated } from './seating.ts'
import { createDrafter, type Drafter } from './speculation.ts'
import type { Strand } from './strand.ts'

/** Rows of reading that those who write wait for between two tokens, at least: about as long as eight of them take for a step. */
const BUSY_READ_ROWS = 32

export interface SchedulerOptions {
  decoder: SlotDecoder
  /** What is promised of the rows. */
  cell: Cell
  /** Milliseconds, monotonic. */
  now: () => number
  /** Lets waiting messages in, an abort among them; WebAssembly runs never do. */
  yieldTurn: () => Promise<void>
  /** Rows of prompts and checks per run while somebody writes, at least; more where they turn out to cost little. */
  busyReadRows?: number
  /** Whether tokens are guessed from the text so far. The tokens are the same either way. */
  drafts?: boolean
  /** Whether requests share runs, where the decoder can; else they take turns. The tokens are the same either way. */
  batch?: boolean
  /** Whether a request begins with what an earlier one left in a slot. The tokens are the same either way. */
  prefixCache?: boolean
  /** Told of every run, for measurements. */
  onRun?: (report: RunReport) => void
}

/**
 * Any number of generations and checks over one decoder: as many as it has slots run together, the others wait in order of arrival; they
 * join and leave between any two runs. Each gives what it would give alone.
 */
export interface Scheduler {
  /**
   * Computes while it is read, a few events ahead at most. Errors: `engine/context-overflow | engine/run-failed | engine/device-lost |
   * engine/out-of-memory | engine/aborted` (the scheduler was disposed of).
   */
  generate(options: GenerateOptions, signal: AbortSignal): AsyncGenerator<GenerationEvent, void>
  /** Errors: those of `generate`; `engine/aborted` also by `signal`. */
  check(options: CheckOptions, signal: AbortSignal): Promise<CheckReport>
  readonly running: number
  readonly waiting: number
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>
  /** Forgets every cached prefix that nobody is using. */
  forgetPrefixes(): void
  /** Ends everything with `engine/aborted` and resolves when the decoder is at rest; releasing it is its owner's business. */
  dispose(): Promise<void>
}

/** One generate or check, seen from the loop. */
interface Call extends Seated {
  signal: AbortSignal
  drafter: Drafter | null
  /** False while its caller is behind. */
  isOpen(): boolean
  /** The strand ended by itself. */
  end(): void
  fail(error: unknown): void
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { decoder, cell, now, yieldTurn } = options
  const shape: RunShape = cell
  const policy = rowPolicyOf(cell.exactness, decoder.exactRows)
  const bounds: TokenBounds = {
    vocabularySize: decoder.config.vocabularySize,
    contextTokens: Math.min(decoder.contextTokens, decoder.config.contextTokens),
  }
  const seating = createSeating<Call>(decoder, options.prefixCache ?? true)
  const runner = createRunner<Call>({ ...options, shape, policy, busyReadRows: options.busyReadRows ?? BUSY_READ_ROWS })
  let loop: Promise<void> | null = null
  let wake: () => void = () => undefined
  let disposed = false

  function join(call: Call): void {
    seating.join(call)
    loop ??= drive()
    wake()
  }

  /** Calls join, leave and abort between two runs, never during one. */
  async function drive(): Promise<void> {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      await yieldTurn()
      for (const call of seating.waiting.slice()) if (call.signal.aborted || disposed) advance(call)
      await seat()
      const ready = [...seating.running].flatMap((call) => (call.isOpen() || disposed ? advance(call) : []))
      if (ready.length > 0) await run(ready)
      else if (seating.running.length > 0) await woken
      else if (seating.waiting.length === 0) {
        loop = null
        return
      }
    }
  }

  async function seat(): Promise<void> {
    for (let first = seating.waiting[0]; first !== undefined; first = seating.waiting[0]) {
      try {
        if ((await seating.seatNext()) === null) return
      } catch (error) {
        leave(first, error)
      }
    }
  }

  /** What the call wants fed next; nothing when it has ended, and left. */
  function advance(call: Call): Ready<Call>[] {
    if (call.signal.aborted) call.strand.stop()
    try {
      if (disposed) throw stopped('The engine was stopped.')
      const wish = call.strand.next()
      const { slot, drafter } = call
      if (wish !== null && slot !== null) return [{ call, slot, wish, drafter }]
      seating.leave(call)
      call.end()
    } catch (error) {
      leave(call, error)
    }
    return []
  }

  function leave(call: Call, error: unknown): void {
    // Whatever gave no number, or another one each time, is not to be the beginning of somebody else's text.
    if (call.slot !== null) seating.memory(call.slot).truncate(0)
    seating.leave(call)
    call.fail(error)
  }

  async function run(ready: readonly Ready<Call>[]): Promise<void> {
    try {
      for (const { call, error } of await runner.run(ready, seating)) leave(call, error)
    } catch (error) {
      // The device's own failure: nobody's keys and values can be trusted any more.
      seating.forgetAll()
      for (const call of seating.running.slice()) leave(call, error)
    }
  }

  /** `leave` is to be called whatever becomes of the call. */
  function admit(strand: Strand, signal: AbortSignal, ports: Pick<Call, 'isOpen' | 'end' | 'fail'>): () => void {
    if (disposed) throw stopped('The engine was stopped.')
    const drafter = strand.writing === null ? null : createDrafter()
    const call: Call = { strand, signal, drafter, slot: null, lastRun: 0, ...ports }
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort)
    join(call)
    return () => {
      signal.removeEventListener('abort', onAbort)
      seating.leave(call)
      wake()
    }
  }

  return {
    async *generate(request, signal) {
      const { push, end, fail, read, isOpen } = createOutbox<GenerationEvent>(() => wake())
      const strand = createGenerationStrand({ options: request, shape, bounds, policy, emit: push })
      const leaveAgain = admit(strand, signal, { end, fail, isOpen })
      try {
        yield* read()
      } finally {
        leaveAgain()
      }
    },
    async check(request, signal) {
      const strand = createCheckStrand({ options: request, shape, bounds, policy, now })
      let leaveAgain = () => undefined as void
      await new Promise<void>((end, fail) => {
        leaveAgain = admit(strand, signal, { end, fail, isOpen: () => true })
      }).finally(() => leaveAgain())
      const report = strand.report()
      if (report === null) throw stopped('The check was stopped before its end.')
      return { exactPair: isExactPair(request.cell, cell), ...report }
    },
    get running() {
      return seating.running.length
    },
    get waiting() {
      return seating.waiting.length
    },
    async idle() {
      while (loop !== null) await loop
    },
    forgetPrefixes: seating.forgetFree,
    async dispose() {
      disposed = true
      wake()
      while (loop !== null) await loop
    },
  }
}

function stopped(message: string): CodedError {
  return new CodedError({ code: 'engine/aborted', message, nextStep: 'Start it again when you want to.' })
}
