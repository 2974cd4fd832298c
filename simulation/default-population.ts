import { BEACON_GRINDER } from './actors/beacon-grinder.ts'
import {
  CHEAP_PRECISION,
  CONSTANT_GUESS,
  COPIED_EVIDENCE,
  EDITED_PROMPT,
  NULL_EVIDENCE,
  OTHER_MODEL,
  PREFILL_SPOOF,
  RANDOM_TOKENS,
  WRONG_SEED,
} from './actors/constant-cheats.ts'
import { COPYING_VERIFIER } from './actors/copying-verifier.ts'
import { COVERING_VERIFIER } from './actors/covering-verifier.ts'
import { EQUIVOCATOR } from './actors/equivocator.ts'
import { FRAMING_VERIFIER } from './actors/framing-verifier.ts'
import { HONEST_PROVIDER } from './actors/honest-provider.ts'
import { HONEST_VERIFIER } from './actors/honest-verifier.ts'
import { LAZY_VERIFIER } from './actors/lazy-verifier.ts'
import type { ProviderActor } from './actors/provider-actor.ts'
import { createRateWatcher } from './actors/rate-watcher.ts'
import { SEED_GRINDER } from './actors/seed-grinder.ts'
import { createSelectiveCheat } from './actors/selective-cheat.ts'
import { createSleeper } from './actors/sleeper.ts'
import { TIMID_VERIFIER } from './actors/timid-verifier.ts'
import type { VerifierActor } from './actors/verifier-actor.ts'
import { WITHHOLDING_VERIFIER } from './actors/withholding-verifier.ts'
import type { CellName } from './participants.ts'
import type { ProviderPlan, VerifierPlan } from './population.ts'

/** Seventy honest providers and thirty that are not, each cheat at least once. */
export function defaultProviders(): ProviderPlan[] {
  const honest = [...honestProviders(32, 'universal'), ...honestProviders(26, 'gpu'), ...honestProviders(12, 'loose')]
  return [...honest, ...byzantineProviders()]
}

export function honestProviders(count: number, cell: CellName): ProviderPlan[] {
  return Array.from({ length: count }, () => ({ actor: HONEST_PROVIDER, cell, isHonest: true }))
}

/** Thirty. */
export function byzantineProviders(): ProviderPlan[] {
  const cheats = (cell: CellName, ...actors: ProviderActor[]): ProviderPlan[] =>
    actors.map((actor) => ({ actor: renamed(actor, cell), cell, isHonest: false }))
  return [
    ...cheats('universal', OTHER_MODEL, CHEAP_PRECISION, EDITED_PROMPT, WRONG_SEED, PREFILL_SPOOF, CONSTANT_GUESS),
    ...cheats('universal', COPIED_EVIDENCE, NULL_EVIDENCE, RANDOM_TOKENS, EQUIVOCATOR, SEED_GRINDER),
    ...cheats('universal', createSleeper(60), createSleeper(200), createSleeper(500), BEACON_GRINDER),
    ...cheats('universal', createSelectiveCheat(0.1), createSelectiveCheat(0.02)),
    ...cheats('universal', createRateWatcher(60_000), createRateWatcher(200_000)),
    ...cheats('gpu', OTHER_MODEL, CHEAP_PRECISION, createSleeper(200)),
    ...cheats('loose', OTHER_MODEL, CHEAP_PRECISION, PREFILL_SPOOF, createSelectiveCheat(0.1), createSleeper(200)),
    ...cheats('rare', OTHER_MODEL, createSleeper(60)),
    { ...(cheats('universal', createRateWatcher(200_000))[0] as ProviderPlan), ownsVerifiers: true },
  ].map((plan) => (plan.ownsVerifiers ? { ...plan, actor: { ...plan.actor, name: 'self-checker' } } : plan))
}

export interface VerifierShares {
  /** Of all stake. */
  colluding: number
  /** Whether the coalition stands under one owner, or each of its verifiers under its own. */
  colludingOwners: 'one' | 'many'
}

const HONEST_VERIFIERS = 60
const COLLUDING_VERIFIERS = 24
/** In rewards: about as much as a provider's stake, and twice that for some. */
const STAKES = [60, 100, 140, 100, 80, 120]
const IDLE_STAKE = 100

const COALITION: VerifierActor[] = [COVERING_VERIFIER, FRAMING_VERIFIER]

/** The dishonest have many small stakes: where keys counted instead of stake, they would gain by it. */
export function defaultVerifiers({ colluding, colludingOwners }: VerifierShares): VerifierPlan[] {
  const one = (actor: VerifierActor, i: number, stake: number): VerifierPlan => {
    const cell = i % 2 === 0 ? 'universal' : 'gpu'
    const isColluding = COALITION.includes(actor)
    const passesAnything = isColluding || actor === LAZY_VERIFIER || actor === TIMID_VERIFIER
    return { actor, cell, stake, isHonest: actor === HONEST_VERIFIER, isColluding, passesAnything }
  }
  const honest = Array.from({ length: HONEST_VERIFIERS }, (_, i) => one(HONEST_VERIFIER, i, STAKES[i % 6] as number))
  const idle = [LAZY_VERIFIER, COPYING_VERIFIER, WITHHOLDING_VERIFIER, TIMID_VERIFIER].map((actor) =>
    one(actor, 0, IDLE_STAKE),
  )
  const others = [...honest, ...idle].reduce((sum, { stake }) => sum + stake, 0)
  const each = (others * colluding) / (1 - colluding) / COLLUDING_VERIFIERS
  const coalition = Array.from({ length: colluding > 0 ? COLLUDING_VERIFIERS : 0 }, (_, i): VerifierPlan => {
    const plan = one(COALITION[Math.floor(i / 2) % 2] as VerifierActor, i, each)
    // Four of them fill a cell of their own.
    const cell = i < 4 ? 'rare' : plan.cell
    return { ...plan, cell, ...(colludingOwners === 'one' ? { owner: 'coalition' } : {}) }
  })
  return [...honest, ...idle, ...coalition]
}

function renamed(actor: ProviderActor, cell: CellName): ProviderActor {
  return cell === 'universal' ? actor : { ...actor, name: `${actor.name}, ${cell} cell` }
}
