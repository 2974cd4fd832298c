import type { Recomputation } from '../src/protocol/reputation/committee.ts'
import type { Probe } from '../src/protocol/selection/probe-positions.ts'
import { type Finding, FRAME, type Statement, type VerifierView } from './actors/verifier-actor.ts'
import type { Verifier } from './participants.ts'
import type { Run } from './run.ts'
import { sampleScore } from './statistics.ts'

/** An answer as the stub engine knows it: what it is, not what anybody says of it. */
export interface CheckedAnswer {
  index: number
  /** Row of the statistics; null for honest work. */
  cheat: string | null
  isExactCell: boolean
  cellName: string
  isAlly: boolean
  isVictim: boolean
  /** By a member of the coalition. */
  isAccusedByAlly: boolean
}

/** Shape of the answers: what probes are drawn in. */
export const OUTPUT_TOKENS = 256
export const HIDDEN_SIZE = 768

/** Whoever has the provider's cell, and everybody for the universal one, can compare bit for bit. */
function isExactFor(answer: CheckedAnswer, verifier: Verifier): boolean {
  return answer.isExactCell && (answer.cellName === 'universal' || answer.cellName === verifier.cell.name)
}

/** What a verifier sees of an answer and may do with it; and the values that a right computation has at its probes. */
export function viewOf(
  run: Run,
  answer: CheckedAnswer,
  verifier: Verifier,
  drawProbes: () => readonly Probe[],
  bought: () => Statement | null,
): { view: VerifierView; truth: () => number[] } {
  const isExact = isExactFor(answer, verifier)
  // Most probes are never looked at: who computed has the right values at its own.
  const probes = once(drawProbes)
  const truth = once(() => probes().map((probe) => trueValue(answer, probe)))
  const view = {
    numbers: run.numbers,
    isExact,
    probes,
    isAlly: answer.isAlly,
    isVictim: answer.isVictim,
    isAccusedByAlly: answer.isAccusedByAlly,
    compute() {
      run.ledger.of(verifier.actor.name).saved -= run.statistics.checkShare
      return { finding: isExact ? exactFinding(run, answer) : tolerantFinding(run, answer), values: truth }
    },
    claimedValue: (probe: Probe) => (differsInRows(run, answer) ? otherValue(answer, probe) : trueValue(answer, probe)),
    bought,
  }
  return { view, truth }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** What recomputation gives at a probe: a value that nobody knows who has not computed. */
function trueValue({ index }: CheckedAnswer, probe: Probe): number {
  return mix(2 * index, probe)
}

function otherValue({ index }: CheckedAnswer, probe: Probe): number {
  return mix(2 * index + 1, probe)
}

function exactFinding({ statistics, numbers }: Run, { cheat, index }: CheckedAnswer): Finding {
  if (numbers.chance(statistics.flipRate))
    return { kind: 'exact', found: { ...FRAME, rowsHash: `flip ${numbers.uniform()}` } as Recomputation }
  if (cheat === null) return { kind: 'exact', found: { kind: 'equal' } }
  return statistics.cheats[cheat]?.differsIn === 'tokens'
    ? { kind: 'exact', found: { kind: 'other-token', position: 0, token: index % 1_000 } }
    : { kind: 'exact', found: { kind: 'differs', segment: 0, rowsHash: `true rows of ${index}` } }
}

function tolerantFinding({ statistics, numbers }: Run, { cheat, index }: CheckedAnswer): Finding {
  const pair = statistics.honestPairs[index % statistics.honestPairs.length]
  const quantiles = (cheat === null ? pair?.scores : statistics.cheats[cheat]?.scores) ?? []
  const scores = Array.from({ length: statistics.segmentsPerAnswer }, () => sampleScore(quantiles, numbers))
  return { kind: 'tolerant', scores }
}

function differsInRows({ statistics }: Run, { cheat }: CheckedAnswer): boolean {
  return cheat !== null && statistics.cheats[cheat]?.differsIn === 'rows'
}

/** MurmurHash3's finaliser: spreads a few small numbers over [0, 1). */
function mix(seed: number, { position, dimension }: Probe): number {
  let h =
    Math.imul(seed + 1, 0x9e37_79b1) ^ Math.imul(position + 1, 0x85eb_ca6b) ^ Math.imul(dimension + 1, 0xc2b2_ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}
