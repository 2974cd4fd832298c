import { CodedError } from '../protocol/errors.ts'
import { encodeAuditMessage } from '../protocol/wire/audit-messages.ts'
import { ignore } from '../protocol/wire/verdict.ts'
import type { Network, PauseSignals, PeerStream } from './ports.ts'
import { type ServeAuditPorts, type ServedAudit, serveAudit } from './serve-audit.ts'

/** Checks of others' answers at once: one computes while the other's verifiers commit. More would only wait, and time out together. */
const MAX_AUDITS_AT_ONCE = 2

export interface VerifierPorts extends Omit<ServeAuditPorts, 'contextTokens' | 'beacon'> {
  openBeacon: () => Promise<ServeAuditPorts['beacon']>
  pauseSignals: Pick<PauseSignals, 'current'>
}

/** This participant as a verifier: as many audits at once as make sense, none while its owner does not want it to compute. */
export interface Verifier {
  /** Never rejects; the stream is over when it resolves. */
  serve(network: Pick<Network, 'openStream'>, stream: PeerStream, signal: AbortSignal): Promise<ServedAudit>
}

export function createVerifier(ports: VerifierPorts): Verifier {
  let running = 0

  return {
    async serve(network, stream, signal) {
      if (running >= MAX_AUDITS_AT_ONCE || ports.pauseSignals.current() !== null) return await refuse(stream)
      running++
      try {
        const { contextTokens } = await ports.access.download(() => {}, signal)
        return await serveAudit({ ...ports, beacon: await ports.openBeacon(), contextTokens }, network, stream, signal)
      } catch (error) {
        stream.abort(error instanceof Error ? error : new Error(String(error)))
        return { verdict: ignore(CodedError.dataOf(error, 'check/unavailable').code), attested: null }
      } finally {
        running--
      }
    },
  }
}

async function refuse(stream: PeerStream): Promise<ServedAudit> {
  // Whoever has gone already needs no refusal.
  await stream.send(encodeAuditMessage({ type: 'refuse', code: 'audit/busy' })).catch(() => {})
  await stream.close().catch(() => {})
  return { verdict: ignore('audit/busy'), attested: null }
}
