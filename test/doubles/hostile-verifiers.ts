import type { CheckOptions, Engine, PeerStream } from '../../src/participant/ports.ts'
import type { Verifier } from '../../src/participant/verifier.ts'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import {
  decodeVerifierMessage,
  encodeAuditMessage,
  type VerifierMessage,
} from '../../src/protocol/wire/audit-messages.ts'

/** `LazyVerifier` computes nothing: it reports whatever an honest answer would give, and makes its probes up. */
export function lazyEngine(honest: Engine): Engine {
  return reportingAs(honest, async (claim) => ({ ...flawless(claim), probes: claim.probes.map((_, i) => i / 8) }))
}

/** `CopyingVerifier` got hold of a colleague's numbers: right values, of places that were drawn for somebody else. */
export function copyingEngine(honest: Engine): Engine {
  return reportingAs(honest, (claim) => {
    const theirs = claim.probes.map(({ position, dimension }) => ({ position, dimension: dimension ^ 1 }))
    return honest.check({ ...claim, probes: theirs })
  })
}

/** `ColludingVerifier` computes, so that its probes hold, and vouches for whatever it was shown. */
export function colludingEngine(honest: Engine): Engine {
  return reportingAs(honest, async (claim) => {
    const { probes } = await honest.check(claim)
    return { ...flawless(claim), probes }
  })
}

/** `SilentVerifier` takes the work and lets the caller wait. */
export function silentVerifier(honest: Verifier): Verifier {
  return speakingAs(honest, () => null)
}

/** `MuteVerifier` commits, and never opens. */
export function muteVerifier(honest: Verifier): Verifier {
  return speakingAs(honest, (message) => (message.type === 'reveal' ? null : message))
}

/** `TurncoatVerifier` opens something else than it committed to. */
export function turncoatVerifier(honest: Verifier): Verifier {
  return speakingAs(honest, (message) => {
    if (message.type !== 'reveal') return message
    const { reveal } = message
    return { type: 'reveal', reveal: { ...reveal, attestation: { ...reveal.attestation, verdict: 'fail' } } }
  })
}

function flawless({ outputIds, rowsHashes, probes }: CheckOptions): CheckReport {
  const commitment = { points: 128, exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0 }
  const tokensOf = (segment: number): number => Math.min(32, outputIds.length - 32 * segment)
  return {
    exactPair: true,
    tokens: outputIds.length,
    tokensMatched: outputIds.length,
    firstTokenMismatch: null,
    firstChosen: null,
    tokensNotKept: 0,
    meanMargin: 0,
    maxMargin: 0,
    segments: rowsHashes.map((_, i) => ({
      rowsEqual: true,
      tokens: tokensOf(i),
      matched: tokensOf(i),
      notKept: 0,
      margins: [],
      commitment,
    })),
    firstDifference: null,
    probes: probes.map(() => 0),
    elapsedMs: 1,
  }
}

function reportingAs(honest: Engine, check: (claim: CheckOptions) => Promise<CheckReport>): Engine {
  return Object.create(honest, { check: { value: check } }) as Engine
}

/** What it says, changed on its way out; null is not sent. */
function speakingAs(honest: Verifier, change: (message: VerifierMessage) => VerifierMessage | null): Verifier {
  return {
    serve(network, stream, signal) {
      const send = async (frame: Uint8Array): Promise<void> => {
        const decoded = decodeVerifierMessage(frame)
        const changed = decoded.ok ? change(decoded.value) : null
        if (changed !== null) await stream.send(encodeAuditMessage(changed))
      }
      return honest.serve(network, Object.create(stream, { send: { value: send } }) as PeerStream, signal)
    },
  }
}
