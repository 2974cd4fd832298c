import { utf8ToBytes } from '@noble/hashes/utils.js'
import { bytesToHex, sha256 } from '../src/protocol/hash.ts'
import { defaultProviders, defaultVerifiers } from './default-population.ts'
import { EventQueue } from './event-queue.ts'
import { type Account, Ledger } from './ledger.ts'
import { Population, type ProviderPlan } from './population.ts'
import { PROTOCOL_RULES, type RuleSet } from './rules.ts'
import type { Run } from './run.ts'
import { createSeededNumbers } from './seeded-numbers.ts'
import { serveJob } from './serve-job.ts'
import { SIMULATED_CHAIN } from './simulated-beacon.ts'
import type { Statistics } from './statistics.ts'
import { createTally, type Tally } from './tally.ts'

export interface SimulationOptions {
  jobs: number
  seed: number
  statistics: Statistics
  /** Millionths for everybody, or what each record earns. */
  rate?: number | 'adaptive'
  /** Verifiers of one audit. */
  seats?: number
  canaryRate?: number
  /** Of verifiers' stake. */
  colluding?: number
  colludingOwners?: 'one' | 'many'
  providers?: ProviderPlan[]
  /** In place of the protocol's own. */
  rules?: Partial<RuleSet>
}

export interface SimulationResult {
  tally: Tally
  accounts: Account[]
  /** Hash of everything that happened, in order: the same for the same options. */
  traceHash: string
  /** Whether each record earned its own rate: only then are attacks priced by the protocol. */
  isAdaptive: boolean
  isFull: boolean
}

/** Three seats: a fifth of the stake fills them all eight times in a thousand. */
export const SEATS = 3
/** Where everything is audited and an answer is to be called verified: nine of the cell, and one of any. */
export const SEATS_AT_FULL = 10

/** Milliseconds between two jobs: some twenty are on their way at once. */
const ARRIVAL_MS = 200

/** Runs the protocol's rules over so many jobs, with everybody who would like to get around them. Pure: the same options, the same result. */
export function simulate(options: SimulationOptions): SimulationResult {
  const { jobs, seed, statistics, rate = 'adaptive', colluding = 0.2, colludingOwners = 'many' } = options
  const isFull = rate === 1_000_000
  const trace = sha256.create()
  const verifiers = defaultVerifiers({ colluding, colludingOwners })
  const run: Run = {
    seed,
    rate,
    seats: options.seats ?? (isFull ? SEATS_AT_FULL : SEATS),
    canaryRate: options.canaryRate ?? 0.001,
    rules: { ...PROTOCOL_RULES, ...options.rules },
    statistics,
    numbers: createSeededNumbers(seed),
    // A round is due at genesis, so nothing happens before.
    queue: new EventQueue((SIMULATED_CHAIN.genesisSeconds + 1) * 1_000),
    population: new Population(seed, options.providers ?? defaultProviders(), verifiers),
    ledger: new Ledger(),
    tally: createTally(),
    trace: (line) => trace.update(utf8ToBytes(`${line}\n`)),
  }
  const start = run.queue.nowMs
  for (let index = 0; index < jobs; index++) run.queue.at(start + index * ARRIVAL_MS, () => serveJob(run, index))
  run.queue.run()
  return {
    tally: run.tally,
    accounts: run.ledger.accounts().filter(({ name }) => name !== 'honest'),
    traceHash: bytesToHex(trace.digest()),
    isAdaptive: rate === 'adaptive',
    isFull,
  }
}
