import { profitOf } from './ledger.ts'
import type { SimulationResult } from './simulate.ts'
import type { Measured } from './tally.ts'

/** The result as lines of text. */
export function describeResult(
  rate: number | 'adaptive',
  { tally, accounts, traceHash }: SimulationResult,
  seconds: number,
): string {
  const head = rate === 'adaptive' ? 'default parameters, each record its own rate' : `p = ${rate / 1_000_000}`
  const attacks = accounts
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map((account) => {
      const { name, acts, saved, unpaid, slashed, fined, identities, isProvider, expected } = account
      const profit = profitOf(account)
      const parts = [
        name.padEnd(38),
        `${acts}`.padStart(7),
        saved.toFixed(1).padStart(9),
        (-unpaid).toFixed(1).padStart(9),
        (-slashed).toFixed(1).padStart(12),
        (-fined).toFixed(1).padStart(10),
        profit.toFixed(1).padStart(12),
        (isProvider ? expected.toFixed(1) : '').padStart(12),
        (acts === 0 ? 0 : profit / acts).toFixed(3).padStart(9),
        `${identities}`.padStart(6),
      ]
      return `  ${parts.join('')}`
    })
  return [
    '',
    `${head}: ${tally.jobs} jobs in ${seconds.toFixed(1)} s of one core, trace ${traceHash.slice(0, 16)}`,
    `  audits ${share(tally.lottery)}; committees ${tally.committees}, without a decision ${tally.undecided}; canaries ${tally.canaries}, passed ${tally.canariesPassed}`,
    `  wrong answers delivered ${tally.wrongDelivered}, accepted ${tally.wrongAccepted}, called verified ${tally.wrongVerified} (of ${tally.verified} verified)`,
    `  loss in exact cells ${share(tally.loss)}; open seats of the coalition ${share(tally.openSeats)}; seeds steered ${share(tally.steered)}`,
    `  honest providers slashed ${tally.honestProvidersSlashed}, their answers rejected ${tally.honestRejected}; alarms ${tally.alarms}, of honest ones ${tally.alarmsOfHonest}`,
    `  honest verifiers slashed ${tally.honestVerifiersSlashed}, fined ${tally.honestVerifiersFined}; judged their own work ${tally.selfChecks}`,
    '  against honest work, in rewards of a job:',
    `  ${'attack'.padEnd(38)}   acts    saved   unpaid     slashed     fined      profit  by formula  per act  lost keys`,
    ...attacks,
  ].join('\n')
}

function share({ observed, expected }: Measured): string {
  const difference = expected === 0 ? 0 : (100 * (observed - expected)) / expected
  return `${observed} (formula ${expected.toFixed(1)}, ${difference >= 0 ? '+' : ''}${difference.toFixed(2)} %)`
}
