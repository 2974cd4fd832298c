import { concatBytes, taggedHash, u32 } from '../src/protocol/hash.ts'
import { DEFAULT_DETERRENCE, type Deterrence } from '../src/protocol/reputation/audit-rate.ts'
import { randomnessOf, roundTimeMs } from '../src/protocol/selection/beacon.ts'
import type { EventQueue } from './event-queue.ts'
import type { Ledger } from './ledger.ts'
import type { Provider } from './participants.ts'
import type { Population } from './population.ts'
import type { RuleSet } from './rules.ts'
import type { SeededNumbers } from './seeded-numbers.ts'
import { SIMULATED_CHAIN, simulatedRound } from './simulated-beacon.ts'
import type { Statistics } from './statistics.ts'
import type { Tally } from './tally.ts'

/** Everything that the stages of one run share. */
export interface Run {
  seed: number
  /** Millionths for everybody, or what each record earns. */
  rate: number | 'adaptive'
  seats: number
  canaryRate: number
  rules: RuleSet
  statistics: Statistics
  numbers: SeededNumbers
  queue: EventQueue
  population: Population
  ledger: Ledger
  tally: Tally
  trace(line: string): void
}

/** One answer on its way. */
export interface Job {
  index: number
  provider: Provider
  /** Row of the statistics; null for honest work. */
  cheat: string | null
  receiptHash: Uint8Array
  /** What the provider also signed, for itself. */
  secondReceipt: Uint8Array | null
  /** In millionths: as the rules of the run have it, and as those of the protocol. */
  rate: number
  specRate: number
  round: number
}

/** Whether those of the provider's cell judge it, by equality. Replacing who was convicted does not change what a cell has. */
export function judgesExactly(run: Run, { cell }: Provider, rules: RuleSet = run.rules): boolean {
  const { roster } = run.population
  const known = exactCells.get(rules) ?? new Map<string, boolean>()
  exactCells.set(rules, known)
  const found = known.get(cell.id) ?? (cell.name !== 'loose' && rules.isPopulated(roster, cell.id))
  known.set(cell.id, found)
  return found
}

const exactCells = new WeakMap<RuleSet, Map<string, boolean>>()

/** What cheating in this cell risks: where one audit slashes nobody, only the reward of the job. */
export function deterrenceOf(run: Run, provider: Provider, rules: RuleSet = run.rules): Deterrence {
  return judgesExactly(run, provider, rules) ? DEFAULT_DETERRENCE : { ...DEFAULT_DETERRENCE, stake: 0 }
}

export function receiptHashOf(run: Run, index: number, key: Uint8Array, variant: number): Uint8Array {
  return taggedHash('simulated-receipt', concatBytes(u32(run.seed), u32(index), u32(variant), key))
}

export function randomnessOfRound(run: Run, round: number): Uint8Array {
  return randomnessOf(simulatedRound(run.seed, round))
}

/** Runs `then` when the round is due, with its randomness. */
export function atRound(run: Run, round: number, then: (randomness: Uint8Array) => void): void {
  run.queue.at(roundTimeMs(SIMULATED_CHAIN, round), () => then(randomnessOfRound(run, round)))
}
