import type { ProviderRecord } from '../src/protocol/reputation/audit-rate.ts'
import type { EvidenceState } from '../src/protocol/reputation/sequential-evidence.ts'
import type { RosterEntry } from '../src/protocol/selection/roster.ts'
import type { ProviderActor } from './actors/provider-actor.ts'
import type { VerifierActor } from './actors/verifier-actor.ts'

/** `universal`: everybody can check it exactly. `gpu`: who has the same. `rare`: only who chose it. `loose`: nobody, only tolerantly. */
export type CellName = 'universal' | 'gpu' | 'rare' | 'loose'

export interface SimulatedCell {
  name: CellName
  id: string
}

/** One identity of a provider: a conviction ends it, and its actor comes back as another. */
export interface Provider {
  actor: ProviderActor
  isHonest: boolean
  isVictim: boolean
  cell: SimulatedCell
  key: Uint8Array
  owner: string
  isActive: boolean
  jobsServed: number
  record: ProviderRecord
  evidence: EvidenceState
  /** Both as the protocol's own rules keep them, whatever rules the run has. */
  specRecord: ProviderRecord
  specEvidence: EvidenceState
  /** What each owner has added since there was no evidence, clamped as the protocol clamps it: to see whether the rules did. */
  trail: Map<string, number>
}

export interface Verifier {
  actor: VerifierActor
  isHonest: boolean
  isColluding: boolean
  /** What the coalition delivers, whether it knows the coalition or not. */
  passesAnything: boolean
  cell: SimulatedCell
  entry: RosterEntry
}
