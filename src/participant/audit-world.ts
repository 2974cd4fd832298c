import type { AuditRecord } from '../protocol/audit/audit-record.ts'
import type { AuditWorld } from '../protocol/audit/fault-of-audit.ts'
import type { Beacon } from './ports.ts'

/**
 * Verifies every round once, with the heavy arithmetic wherever the beacon keeps it, so that judging the audits needs no waiting. Without a
 * beacon no draw can be believed.
 */
export async function auditWorldOf(beacon: Beacon | null, audits: readonly AuditRecord[]): Promise<AuditWorld> {
  if (beacon === null) return { chains: [], isBeaconRound: () => false }
  const signed = await Promise.all(audits.map(({ round }) => beacon.isRound(round)))
  const valid = new Set(audits.flatMap(({ round }, i) => (signed[i] === true ? [round] : [])))
  return {
    chains: [beacon.chain],
    isBeaconRound: (chain, round) => chain.chainHash === beacon.chain.chainHash && valid.has(round),
  }
}
