import type { Provider } from './participants.ts'
import { PROTOCOL_RULES } from './rules.ts'
import type { Job, Run } from './run.ts'

/**
 * The probability that the protocol accepts this wrong answer of an exactly checked provider: 1 − p · (1 − c), with p its audit rate and c
 * the chance that every seat goes to the coalition. Whoever signs two receipts is always found out.
 */
export function expectedLoss(run: Run, { provider, specRate, secondReceipt }: Job): number {
  return secondReceipt === null ? 1 - (specRate / 1_000_000) * (1 - coverage(run, provider)) : 0
}

/** Open seats go by stake over all cells, the others by stake within the provider's; each seat taken leaves less of the coalition. */
function coverage({ population, seats }: Run, provider: Provider): number {
  const { openSeats } = PROTOCOL_RULES
  const all = sharesOf(population, null)
  const own = sharesOf(population, provider.cell.id)
  return filled(all, openSeats) * filled(own, seats - openSeats)
}

interface Shares {
  stake: number
  colluding: number
  /** Of one of its verifiers. */
  each: number
}

function filled({ stake, colluding, each }: Shares, seats: number): number {
  let probability = 1
  for (let i = 0; i < seats; i++) {
    probability *= Math.max(0, colluding - i * each) / (stake - i * each)
  }
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
  const coalition = members.filter(({ isColluding }) => isColluding)
  const sum = (list: typeof members): number => list.reduce((total, { entry }) => total + entry.stake, 0)
  const colluding = sum(coalition)
  const shares = { stake: sum(members), colluding, each: coalition.length === 0 ? 0 : colluding / coalition.length }
  known.set(cellId ?? '', shares)
  return shares
}

/** The coalition's share of all stake. */
export function colludingShare({ population }: Run): number {
  const { stake, colluding } = sharesOf(population, null)
  return colluding / stake
}
