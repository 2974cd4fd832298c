import type { Clock } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import type { ModelHost, ReadyWorker } from './model-host.ts'

/** A lost graphics card is nobody's fault, and after two losses the processor computes; this ends what is pinned to the card. */
const MAX_LOSSES = 8

/** The worker's own report of a lost device may come just after the failure of the run that it broke. */
const LATE_REPORT_MS = 500

/** Whether one request may be given to another worker after its own has died. */
export interface Strikes {
  /** Resolves if so; else throws why the request ends here. */
  assertMayGoOn(failure: unknown, worker: ReadyWorker): Promise<void>
}

/**
 * One request survives lost devices, one hang or crash, and one time without memory: what hangs twice is likely to be why.
 * Failures that leave the worker alive are its answer, and final.
 */
export function createStrikes(host: Pick<ModelHost, 'shrink'>, clock: Pick<Clock, 'after'>): Strikes {
  let losses = 0
  let hangs = 0
  let shortages = 0

  return {
    async assertMayGoOn(failure, { channel, info }) {
      if (channel.closed === null && CodedError.is(failure, 'engine/run-failed') && info.cell.provider === 'webgpu') {
        await new Promise<void>((resolve) => {
          clock.after(LATE_REPORT_MS, resolve)
        })
      }
      const cause = channel.closed ?? failure
      if (CodedError.is(cause, 'engine/out-of-memory')) {
        // Only the first to tell of it shrinks: the others went down with the same worker.
        if (++shortages > 1 || (channel.closed === null && !host.shrink())) throw cause
        channel.close(cause)
      } else if (CodedError.is(cause, 'engine/device-lost')) {
        if (++losses > MAX_LOSSES) throw cause
        channel.close(cause)
      } else if (CodedError.is(cause) && channel.closed !== null && MAY_HAVE_HUNG.has(cause.code)) {
        if (++hangs > 1) throw cause
      } else throw cause
    },
  }
}

const MAY_HAVE_HUNG: ReadonlySet<string> = new Set(['engine/worker-stuck', 'engine/run-failed'])
