import { type AuditWorld, drawnOf, faultOfAudit, wasAudited } from '../protocol/audit/fault-of-audit.ts'
import type { HeardVerifier } from '../protocol/audit/voices.ts'
import { isExactPair } from '../protocol/evidence/cell.ts'
import { bytesToHex } from '../protocol/hash.ts'
import type { Bundle, Leg } from '../protocol/receipt/bundle.ts'
import { roundTimeMs } from '../protocol/selection/beacon.ts'
import type { LocusAudit, LocusVerifier } from './events.ts'

/** One audit of a bundle for a person to read, recomputed from its record; `heard`: what of it counts, by verifier. */
export function locusAuditOf(
  bundle: Bundle,
  index: number,
  world: AuditWorld,
  heard: readonly HeardVerifier[],
): LocusAudit {
  const { signed, roster } = bundle.audits[index] as Bundle['audits'][number]
  const { call } = signed
  const chain = world.chains.find(({ chainHash }) => chainHash === call.beaconChain)
  const fault = faultOfAudit(bundle, index, world)
  return {
    stage: call.previous === null ? 'lottery' : 'committee',
    beaconRound: call.beaconRound,
    drawnAt: chain === undefined ? null : roundTimeMs(chain, call.beaconRound),
    rateMillionths: call.rateMillionths,
    candidates: roster.length,
    isWeighted: roster.some(({ stake }) => stake !== roster[0]?.stake),
    isDrawn: wasAudited(bundle.audits[index] as Bundle['audits'][number]),
    verifiers: drawnOf(bundle, index).map((_, seat) => verifierOf(bundle, heard[seat] as HeardVerifier)),
    fault,
  }
}

function verifierOf(bundle: Bundle, { drawn, attestation, voice, fault }: HeardVerifier): LocusVerifier {
  const providerCell = (bundle.legs.at(-1) as Leg).accept.cell
  return {
    verifierKey: bytesToHex(drawn.entry.verifierKey),
    peerId: drawn.entry.peerId,
    stake: drawn.entry.stake,
    drawKey: drawn.key,
    cell: attestation?.cell ?? null,
    isExact: attestation !== null && isExactPair(providerCell, attestation.cell),
    outcome: fault === null || fault === 'audit/silent' ? voice.verdict : 'faulty',
    reason: fault ?? attestation?.reason ?? '',
  }
}
