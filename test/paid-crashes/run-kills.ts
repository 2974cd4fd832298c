import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RoundOutcome, runKillRound } from './kill-round.ts'
import type { Role } from './paid-page.ts'
import { createPaidWorld } from './paid-world.ts'
import { type PaidRound, randomRounds } from './random-rounds.ts'

/** A provider's page does not go on with a requester that leaves segments unpaid again and again, for which it must take one that is killed so often. */
const ROUNDS_BEFORE_REOPENING = 5

export interface KillsOptions {
  /** Of the site that serves the page. */
  address: string
  seed: number
  kills: number
  isForgetful?: boolean
  onRound?: (outcome: RoundOutcome) => void
}

export interface KillsOutcome {
  rounds: RoundOutcome[]
  /** What is wrong with all rounds together. */
  violations: string[]
}

/** All rounds of one side, on one profile and one channel, then those of the other; at the end the chain pays what is held. */
export async function runKills(options: KillsOptions): Promise<KillsOutcome> {
  const outcome: KillsOutcome = { rounds: [], violations: [] }
  for (const role of ['provider', 'requester'] as const) {
    const rounds = randomRounds(options.seed, options.kills).filter(({ killed }) => killed === role)
    // A browser that has thrown everything away leaves its rounds to a new one.
    while (rounds.length > 0) await runRounds(options, role, rounds, outcome)
  }
  return outcome
}

/** Takes from `rounds` as many as one profile lives through. */
async function runRounds(
  { address, seed, isForgetful = false, onRound }: KillsOptions,
  role: Role,
  rounds: PaidRound[],
  outcome: KillsOutcome,
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'locus-paid-profile-'))
  const world = await createPaidWorld({ address, profile, role, seed, isForgetful })
  try {
    for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) {
      const one = await runKillRound(world, round)
      outcome.rounds.push(one)
      onRound?.(one)
      if (one.isWiped) return
      if (rounds.length % ROUNDS_BEFORE_REOPENING === 0) world.reopenHere()
    }
    const { promised } = await world.books()
    const paid = await world.settle()
    if (paid !== promised) outcome.violations.push(`the chain pays ${paid} of the ${promised} that was promised`)
  } finally {
    await world.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
