import { DEFAULT_DETERRENCE } from '../src/protocol/reputation/audit-rate.ts'
import type { Provider, Verifier } from './participants.ts'
import { PROTOCOL_RULES } from './rules.ts'
import { type Job, judgesExactly, type Run } from './run.ts'

/** How an answer ended: who is paid, whose record changes. */
export function accept(run: Run, job: Job, how: 'unaudited' | 'passed' | 'verified'): void {
  const { provider } = job
  const { afterPass, afterUnaudited } = run.rules
  provider.record = how === 'unaudited' ? afterUnaudited(provider.record) : afterPass(provider.record)
  provider.specRecord =
    how === 'unaudited'
      ? PROTOCOL_RULES.afterUnaudited(provider.specRecord)
      : PROTOCOL_RULES.afterPass(provider.specRecord)
  if (how === 'verified') run.tally.verified++
  if (job.cheat !== null) {
    run.tally.wrongAccepted++
    if (judgesExactly(run, provider, PROTOCOL_RULES)) run.tally.loss.observed++
    if (how === 'verified') run.tally.wrongVerified++
  }
  run.trace(`${job.index} ${how}`)
}

/** Not paid. Only what was decided against it counts against its record. */
export function reject(run: Run, job: Job, isDecided: boolean): void {
  const { provider } = job
  run.ledger.of(provider.actor.name).unpaid += 1
  if (isDecided) {
    provider.record = run.rules.afterFailure(provider.record)
    provider.specRecord = PROTOCOL_RULES.afterFailure(provider.specRecord)
  }
  if (job.cheat === null) run.tally.honestRejected++
  run.trace(`${job.index} rejected`)
}

export function slashProvider(run: Run, provider: Provider): void {
  // A conviction ends the identity: what was still on its way has no stake behind it.
  if (!provider.isActive) return
  if (provider.isHonest) run.tally.honestProvidersSlashed++
  const account = run.ledger.of(provider.actor.name)
  account.slashed += DEFAULT_DETERRENCE.stake
  account.identities++
  run.population.replaceProvider(provider)
  run.trace(`slashed provider ${provider.owner.slice(0, 8)}`)
}

export function slashVerifier(run: Run, verifier: Verifier): void {
  // It may have lost its stake to another audit meanwhile.
  if (!run.population.holds(verifier)) return
  if (verifier.isHonest) run.tally.honestVerifiersSlashed++
  const account = run.ledger.of(verifier.actor.name)
  account.slashed += verifier.entry.stake / 1_000_000
  account.identities++
  run.population.replaceVerifier(verifier)
  run.trace(`slashed verifier ${verifier.entry.owner.slice(0, 8)}`)
}

export function fineVerifier(run: Run, verifier: Verifier, amount: number): void {
  if (verifier.isHonest) run.tally.honestVerifiersFined++
  run.ledger.of(verifier.actor.name).fined += amount
}
