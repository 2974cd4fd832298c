import { taggedHash, u32 } from '../src/protocol/hash.ts'
import { roundAt } from '../src/protocol/selection/beacon.ts'
import type { JobView } from './actors/provider-actor.ts'
import { WANTED_SEEDS } from './actors/seed-grinder.ts'
import { holdAudit, holdCanary } from './audit-stage.ts'
import { expectedLoss } from './expected-loss.ts'
import type { Provider } from './participants.ts'
import { PROTOCOL_RULES } from './rules.ts'
import { atRound, deterrenceOf, type Job, judgesExactly, type Run, randomnessOfRound, receiptHashOf } from './run.ts'
import { accept, reject, slashProvider } from './settle.ts'
import { SIMULATED_CHAIN } from './simulated-beacon.ts'
import { observe } from './tally.ts'

/** A job finds a provider, is served in its way, and waits for the beacon. */
export function serveJob(run: Run, index: number): void {
  const { providers } = run.population
  const provider = providers[run.numbers.below(providers.length)] as Provider
  const rate = run.rate === 'adaptive' ? run.rules.auditRate(provider.record, deterrenceOf(run, provider)) : run.rate
  const specRate =
    run.rate === 'adaptive'
      ? PROTOCOL_RULES.auditRate(provider.specRecord, deterrenceOf(run, provider, PROTOCOL_RULES))
      : run.rate
  const seeds: number[] = []
  const work = provider.actor.serve(viewOf(run, index, provider, rate, seeds))
  provider.jobsServed++
  run.tally.jobs++
  const seed = seeds.at(-1)
  if (seed !== undefined) observe(run.tally.steered, seed % WANTED_SEEDS === 0, 1 / WANTED_SEEDS)
  if (work.kind === 'abort') {
    run.tally.aborted++
    const account = run.ledger.of(provider.actor.name)
    account.isProvider = true
    account.unpaid++
    account.acts++
    account.expected--
    run.trace(`${index} aborted`)
    return
  }
  const cheat = work.kind === 'cheat' ? work.cheat : null
  const signsTwice = work.kind === 'cheat' && work.signsTwice === true
  const job: Job = {
    index,
    provider,
    cheat,
    receiptHash: work.receiptHash ?? receiptHashOf(run, index, provider.key, 0),
    secondReceipt: signsTwice ? receiptHashOf(run, index, provider.key, 1) : null,
    rate,
    specRate,
    round: run.rules.auditRound(SIMULATED_CHAIN, run.queue.nowMs),
  }
  if (cheat !== null) deliverWrong(run, job)
  atRound(run, job.round, (randomness) => draw(run, job, randomness))
}

function deliverWrong(run: Run, job: Job): void {
  const { provider, cheat } = job
  run.tally.wrongDelivered++
  const saved = run.statistics.cheats[cheat as string]?.saved ?? 0
  const accepted = expectedLoss(run, job)
  const { reward, stake } = deterrenceOf(run, provider, PROTOCOL_RULES)
  const account = run.ledger.of(provider.actor.name)
  account.isProvider = true
  account.acts++
  account.saved += saved
  account.expected += saved - (1 - accepted) * (reward + stake)
  account.variance += accepted * (1 - accepted) * (reward + stake) ** 2
  if (!judgesExactly(run, provider, PROTOCOL_RULES)) return
  run.tally.loss.expected += accepted
  run.tally.loss.variance += accepted * (1 - accepted)
}

function draw(run: Run, job: Job, randomness: Uint8Array): void {
  if (job.secondReceipt !== null && run.rules.recognisesEquivocation) {
    // Receipts are gossiped: two of one job meet before the beacon does.
    reject(run, job, true)
    slashProvider(run, job.provider)
    return
  }
  const { isAudited } = run.rules
  // It owns up to the receipt that was passed over, if there is one.
  const isDrawn =
    isAudited(randomness, job.receiptHash, job.rate) &&
    (job.secondReceipt === null || isAudited(randomness, job.secondReceipt, job.rate))
  if (job.secondReceipt === null) observe(run.tally.lottery, isDrawn, job.specRate / 1_000_000)
  if (isDrawn) holdAudit(run, job, randomness)
  else accept(run, job, 'unaudited')
  if (isDrawn && run.numbers.chance(run.canaryRate)) holdCanary(run, job.index, randomness)
}

function viewOf(run: Run, index: number, { key, jobsServed }: Provider, rate: number, seeds: number[]): JobView {
  return {
    rate,
    jobsServed,
    numbers: run.numbers,
    wouldAudit(receiptHash) {
      const known = roundAt(SIMULATED_CHAIN, run.queue.nowMs)
      return run.rules.isAudited(randomnessOfRound(run, known), receiptHash, rate)
    },
    receipt: (variant) => receiptHashOf(run, index, key, variant),
    drawSeed() {
      // Whoever names its nonce first has one try.
      if (run.rules.fixesNonceFirst && seeds.length > 0) return null
      const seed = taggedHash('simulated-seed', u32(run.seed), u32(index), u32(seeds.length))[0] as number
      seeds.push(seed)
      return seed
    },
  }
}
