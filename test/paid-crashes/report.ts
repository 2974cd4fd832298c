import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import { machine, table } from '../../tools/bench/report.ts'
import { costOf, SEGMENT_COST } from './judge-kill.ts'
import type { RoundOutcome } from './kill-round.ts'
import type { Role } from './paid-page.ts'
import type { KillsOutcome } from './run-kills.ts'

const ROLES = ['provider', 'requester'] as const

/** What was measured, as docs/benchmarks keeps it. */
export function factsOf({ rounds, violations }: KillsOutcome, seed: number, browser: string) {
  return {
    machine: machine(),
    browser,
    seed,
    violations: [...violations, ...rounds.flatMap((one) => one.violations)],
    rounds: rounds.map(({ round, loss, violations: _told, ...rest }) => ({
      number: round.number,
      killed: round.killed,
      promptTokens: round.promptIds.length,
      maxTokens: round.maxTokens,
      afterSteps: round.afterSteps,
      delayMs: round.delayMs,
      lossInSegments: { provider: inSegments(loss.provider), requester: inSegments(loss.requester) },
      ...rest,
    })),
  }
}

export function markdownOf({ rounds, violations }: KillsOutcome, seed: number, browser: string): string {
  const wrong = violations.length + rounds.filter((one) => one.violations.length > 0).length
  const acknowledged = rounds.reduce((sum, one) => sum + one.acknowledged, 0)
  const lost = rounds.reduce((sum, one) => sum + one.acknowledgedLost, 0)
  const wiped = rounds.filter(({ isWiped }) => isWiped).length
  const rows = ROLES.flatMap((killed) => {
    const own = rounds.filter(({ round }) => round.killed === killed)
    return ROLES.map((loser) => lossRow(killed, loser, own))
  })
  return `## Pages killed in the middle of paid jobs

\`npm run bench:paid-crashes -- --kills ${rounds.length} --seed ${seed}\` on ${machine()}, ${browser}. One side of a job is a page with the participant's own code over a real
IndexedDB book and a real session key, the other runs in Node and is opened anew after every fifth kill; engine and chain are scripted. At a random moment (so many messages, then so many milliseconds) every process of the browser
gets SIGKILL; it starts again on the same profile, its book is read, and one more job runs on the same channel. This is a killed process, not a power cut: what the system has
taken from the browser survives it, on disk or not.

**${lost} of ${acknowledged}** amounts that a killed page had acknowledged are lost, and **${wrong} of ${rounds.length}** rounds went otherwise than [protocol.md](protocol.md) §5.10 promises${wiped === 0 ? '' : `, ${wiped} of them because the browser came back with its whole storage thrown away`}. A provider acknowledges a voucher by what it sends next,
a requester a promise by its voucher, and both by a write that their book says is done. Losses are those of one kill, before the next job, in prices of a segment of ${SEGMENT_TOKENS} tokens; allowed are prompt and one segment.

${table(['killed', 'kills', 'in the middle of the job', 'who loses', 'nothing', 'median', 'worst', 'worst, of what is allowed', ''], rows)}

A provider loses what it has charged and nobody has paid: a segment that was sent. A requester loses what it has promised and nothing came for: a prompt. An answer that its own page had not finished ends with that page, whatever was paid for it.
Beside the charged segment, the next one's tokens are shown before it is charged: at most ${Math.max(0, ...rounds.map((one) => one.shownUnpaid))} tokens were shown in all that no voucher pays for.`
}

function lossRow(killed: Role, loser: Role, rounds: readonly RoundOutcome[]): string[] {
  const losses = rounds.map(({ loss }) => inSegments(loss[loser])).toSorted((a, b) => a - b)
  const shares = rounds.map(({ loss, round }) => {
    const allowed = costOf(round.promptIds.length, SEGMENT_TOKENS)
    return Number((loss[loser] * 1_000n) / allowed) / 10
  })
  const worst = Math.max(0, ...shares)
  return [
    killed,
    String(rounds.length),
    String(rounds.filter(({ isWhole }) => !isWhole).length),
    loser,
    String(losses.filter((loss) => loss === 0).length),
    (losses[Math.floor(losses.length / 2)] ?? 0).toFixed(2),
    (losses.at(-1) ?? 0).toFixed(2),
    `${worst.toFixed(0)} %`,
    worst <= 100 ? 'met' : 'missed',
  ]
}

export function inSegments(amount: bigint): number {
  return Number((amount * 1_000n) / SEGMENT_COST) / 1_000
}
