import type { CheckOptions, Clock, Engine } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import { createAdmission } from './admission.ts'
import { STOPPED } from './engine-errors.ts'
import { generateThroughLosses } from './generate-through-losses.ts'
import { createModelHost } from './model-host.ts'
import { createStrikes } from './strikes.ts'
import type { EngineWorker } from './worker-channel.ts'

export interface EnginePorts {
  /** Starts `workers/inference/main.ts`; called again after a worker was killed. */
  createWorker: () => EngineWorker
  clock: Pick<Clock, 'after' | 'now'>
}

/**
 * The engine as the page sees it: who may use the worker when (admission), which worker and with what in it (host), and what becomes of
 * a request whose worker dies (generateThroughLosses, strikes).
 */
export function createEngine(ports: EnginePorts): Engine {
  const { clock } = ports
  const admission = createAdmission()
  const host = createModelHost(ports)

  /** A check is simply made again by the next worker. */
  async function checkThroughLosses(options: CheckOptions, signal: AbortSignal | undefined): Promise<CheckReport> {
    const strikes = createStrikes(host, clock)
    for (;;) {
      const worker = await host.ready(signal)
      try {
        const leave = await worker.seats.take(signal)
        return await worker.channel.call('check', options, { signal }).finally(leave)
      } catch (error) {
        await strikes.assertMayGoOn(error, worker)
      }
    }
  }

  return {
    get info() {
      return host.info
    },
    async load(options, signal) {
      // What is loaded already disturbs nobody.
      if (admission.isOpen && host.serves(options)) return (await host.ready(signal)).info
      const release = await admission.exclude(signal)
      if (release === null) throw new CodedError(STOPPED)
      try {
        return await host.load(options, signal)
      } finally {
        release()
      }
    },
    async loadTokenizer(options, signal) {
      host.wantTokenizer(options)
      return host.withTokenizer(async (_channel, found) => found, signal)
    },
    encodePrompt: (text) => host.withTokenizer((channel) => channel.call('encode-prompt', { text })),
    decode: (ids, final) => host.withTokenizer((channel) => channel.call('decode', { ids, final })),
    async *generate(options, signal, use = {}) {
      const release = await admission.share(signal)
      if (release === null) return yield { type: 'finish', reason: 'aborted' }
      try {
        yield* generateThroughLosses(host, clock, options, signal, use)
      } finally {
        release()
      }
    },
    async check(options, signal) {
      const release = await admission.share(signal)
      if (release === null) throw new CodedError(STOPPED)
      try {
        return await checkThroughLosses(options, signal)
      } finally {
        release()
      }
    },
    onRecovery: (listener) => host.onRecovery(listener),
    async stop() {
      admission.refuseAll(new CodedError(STOPPED))
      host.stop()
    },
  }
}
