import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RoundOutcome, runKillRound } from './kill-round.ts'
import { createPaidWorld } from './paid-world.ts'
import { randomRounds } from './random-rounds.ts'

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
export async function runKills({
  address,
  seed,
  kills,
  isForgetful = false,
  onRound,
}: KillsOptions): Promise<KillsOutcome> {
  const outcome: KillsOutcome = { rounds: [], violations: [] }
  for (const role of ['provider', 'requester'] as const) {
    const profile = await mkdtemp(join(tmpdir(), 'locus-paid-profile-'))
    const world = await createPaidWorld({ address, profile, role, seed, isForgetful })
    try {
      for (const round of randomRounds(seed, kills).filter(({ killed }) => killed === role)) {
        const one = await runKillRound(world, round)
        outcome.rounds.push(one)
        onRound?.(one)
      }
      const { promised } = await world.books()
      const paid = await world.settle()
      if (paid !== promised) outcome.violations.push(`the chain pays ${paid} of the ${promised} that was promised`)
    } finally {
      await world.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  }
  return outcome
}
