import { bytesToHex, concatBytes, taggedHash, u32 } from '../src/protocol/hash.ts'
import { NEWCOMER } from '../src/protocol/reputation/audit-rate.ts'
import { NO_EVIDENCE } from '../src/protocol/reputation/sequential-evidence.ts'
import { canonicalRoster, ownerOfKey, type Roster } from '../src/protocol/selection/roster.ts'
import type { ProviderActor } from './actors/provider-actor.ts'
import type { VerifierActor } from './actors/verifier-actor.ts'
import type { CellName, Provider, SimulatedCell, Verifier } from './participants.ts'

export interface ProviderPlan {
  actor: ProviderActor
  cell: CellName
  isHonest: boolean
  /** Runs verifiers too, under the same owner. */
  ownsVerifiers?: boolean
}

export interface VerifierPlan {
  actor: VerifierActor
  cell: CellName
  isHonest: boolean
  isColluding: boolean
  passesAnything: boolean
  /** In rewards. */
  stake: number
  /** Several keys of one owner have the same name here. */
  owner?: string
}

const OWN_VERIFIERS = 6

const CELLS = (['universal', 'gpu', 'rare', 'loose'] as const).map((name): SimulatedCell => {
  return { name, id: bytesToHex(taggedHash(`simulated-cell/${name}`)) }
})

/** Who takes part. Whoever is convicted comes back under a new key, with a new stake: shares of the dishonest stay what they are. */
export class Population {
  readonly providers: Provider[]
  /** By the hex of the key. */
  readonly verifiers = new Map<string, Verifier>()
  roster: Roster = []
  /** Changes with the roster. */
  version = 0
  #keys = 0
  readonly #seed: number

  constructor(seed: number, providers: readonly ProviderPlan[], verifiers: readonly VerifierPlan[]) {
    this.#seed = seed
    this.providers = providers.map(({ actor, cell, isHonest }) =>
      this.#createProvider(actor, cellNamed(cell), isHonest),
    )
    for (const name of ['universal', 'loose']) {
      const victim = this.providers.find(({ isHonest, cell }) => isHonest && cell.name === name)
      if (victim !== undefined) victim.isVictim = true
    }
    for (const plan of verifiers) this.#addVerifier(plan)
    for (const [i, plan] of providers.entries())
      if (plan.ownsVerifiers) this.#giveVerifiers(this.providers[i] as Provider)
    this.#updateRoster()
  }

  replaceProvider(convicted: Provider): void {
    convicted.isActive = false
    const at = this.providers.indexOf(convicted)
    if (at === -1) return
    const next = this.#createProvider(convicted.actor, convicted.cell, convicted.isHonest)
    // Who runs verifiers too stays their owner: what ties them is known to the protocol.
    const ownsVerifiers = [...this.verifiers.values()].some(({ entry }) => entry.owner === convicted.owner)
    this.providers[at] = { ...next, isVictim: convicted.isVictim, owner: ownsVerifiers ? convicted.owner : next.owner }
  }

  holds({ entry }: Verifier): boolean {
    return this.verifiers.has(bytesToHex(entry.verifierKey))
  }

  replaceVerifier(convicted: Verifier): void {
    this.verifiers.delete(bytesToHex(convicted.entry.verifierKey))
    const verifierKey = this.#createKey()
    const isAlone = convicted.entry.owner === ownerOfKey(convicted.entry.verifierKey)
    const owner = isAlone ? ownerOfKey(verifierKey) : convicted.entry.owner
    this.verifiers.set(bytesToHex(verifierKey), { ...convicted, entry: { ...convicted.entry, verifierKey, owner } })
    this.#updateRoster()
  }

  #createProvider(actor: ProviderActor, cell: SimulatedCell, isHonest: boolean): Provider {
    const key = this.#createKey()
    return {
      actor,
      isHonest,
      isVictim: false,
      cell,
      key,
      owner: ownerOfKey(key),
      isActive: true,
      jobsServed: 0,
      record: NEWCOMER,
      specRecord: NEWCOMER,
      evidence: NO_EVIDENCE,
      specEvidence: NO_EVIDENCE,
      trail: new Map(),
    }
  }

  #addVerifier({ cell: cellName, stake, owner, ...kind }: VerifierPlan): void {
    const verifierKey = this.#createKey()
    const cell = cellNamed(cellName)
    const entry = {
      verifierKey,
      owner: owner === undefined ? ownerOfKey(verifierKey) : bytesToHex(taggedHash(`simulated-owner/${owner}`)),
      peerId: '',
      stake: Math.round(stake * 1_000_000),
      cellId: cell.id,
    }
    this.verifiers.set(bytesToHex(verifierKey), { ...kind, cell, entry })
  }

  /** Makes some of the coalition's verifiers the provider's own. */
  #giveVerifiers(provider: Provider): void {
    const coalition = [...this.verifiers.values()].filter(({ isColluding, entry }) => {
      return isColluding && entry.owner === ownerOfKey(entry.verifierKey)
    })
    for (const own of coalition.slice(-OWN_VERIFIERS)) own.entry = { ...own.entry, owner: provider.owner }
  }

  #updateRoster(): void {
    this.roster = canonicalRoster([...this.verifiers.values()].map(({ entry }) => entry)) as Roster
    this.version++
  }

  #createKey(): Uint8Array {
    const index = u32(this.#keys++)
    const half = (name: string): Uint8Array => taggedHash(`simulated-key/${name}`, u32(this.#seed), index)
    return concatBytes(half('x'), half('y'))
  }
}

function cellNamed(name: CellName): SimulatedCell {
  return CELLS.find((cell) => cell.name === name) as SimulatedCell
}
