import type { Provider, Verifier } from './participants.ts'
import { PROTOCOL_RULES } from './rules.ts'
import { type Job, judgesExactly, type Run } from './run.ts'

/**
 * The probability that the protocol accepts this wrong answer, if every check finds it: 1 − p · (1 − c), with p its audit rate and c
 * the chance that every seat goes to somebody who passes anything. Whoever signs two receipts is always found out.
 */
export function expectedLoss(run: Run, { provider, specRate, secondReceipt }: Job): number {
  return secondReceipt === null ? 1 - (specRate / 1_000_000) * (1 - coverage(run, provider)) : 0
}

/** Open seats go by stake over all cells, the others by stake within the provider's where that judges it; each seat taken leaves fewer who pass anything. */
function coverage(run: Run, provider: Provider): number {
  const { population, seats } = run
  const all = sharesOf(population, null)
  if (!judgesExactly(run, provider, PROTOCOL_RULES)) return filled(all, seats)
  const { openSeats } = PROTOCOL_RULES
  const own = sharesOf(population, provider.cell.id)
  return filled(all, openSeats) * filled(own, seats - openSeats)
}

/** Of the stake of some verifiers. */
interface Shares {
  stake: number
  passing: number
  /** Of one who passes anything. */
  each: number
}

function filled({ stake, passing, each }: Shares, seats: number): number {
  let probability = 1
  for (let i = 0; i < seats; i++) probability *= Math.max(0, passing - i * each) / (stake - i * each)
  return probability
}

/** Stakes never change, whoever is replaced. */
const cache = new WeakMap<object, Map<string, Shares>>()

function sharesOf(population: Run['population'], cellId: string | null): Shares {
  const known = cache.get(population) ?? new Map<string, Shares>()
  cache.set(population, known)
  const found = known.get(cellId ?? '')
  if (found !== undefined) return found
  const members = [...population.verifiers.values()].filter(({ entry }) => cellId === null || entry.cellId === cellId)
  const passers = members.filter(({ passesAnything }) => passesAnything)
  const passing = stakeOf(passers)
  const shares = { stake: stakeOf(members), passing, each: passers.length === 0 ? 0 : passing / passers.length }
  known.set(cellId ?? '', shares)
  return shares
}

/** The coalition's share of all stake. */
export function colludingShare({ population }: Run): number {
  const verifiers = [...population.verifiers.values()]
  return stakeOf(verifiers.filter(({ isColluding }) => isColluding)) / stakeOf(verifiers)
}

function stakeOf(verifiers: readonly Verifier[]): number {
  return verifiers.reduce((total, { entry }) => total + entry.stake, 0)
}
