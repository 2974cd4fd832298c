/**
 * `npm run bench:paid-crashes -- --kills 100 --seed 1`: kills the page of one side of a paid job at random moments, and looks what either side has lost
 * when its browser is started again on the same profile. Exits 1 if it is more than protocol.md §5.10 allows. Writes docs/benchmarks/paid-crashes.json
 * and its section of docs/benchmarks.md; `--dry` only prints.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { writeReport } from '../../tools/bench/report.ts'
import { ensureChromium } from '../../tools/test/chromium.ts'
import type { RoundOutcome } from './kill-round.ts'
import { startPaidSite } from './paid-site.ts'
import { factsOf, inSegments, markdownOf } from './report.ts'
import { runKills } from './run-kills.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    dry: { type: 'boolean', default: false },
  },
})
const [kills, seed] = [Number(values.kills), Number(values.seed)]

function print({ round, loss, segments, isWhole, acknowledged, acknowledgedLost, violations }: RoundOutcome): void {
  const when = `${round.killed} after ${round.afterSteps} messages and ${round.delayMs} ms`
  const how = isWhole ? 'after the job' : `${segments} segments sent`
  const what = `provider loses ${inSegments(loss.provider)}, requester ${inSegments(loss.requester)} segments`
  console.log(`${round.number}: ${when}, ${how}; ${what}; ${acknowledgedLost} of ${acknowledged} acknowledged lost`)
  for (const violation of violations) console.log(`    ${violation}`)
}

const site = await startPaidSite()
try {
  const outcome = await runKills({ address: site.address, seed, kills, onRound: print })
  const said = execFileSync(ensureChromium(), ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const [version = 'Chromium'] = /\w+ \d+/.exec(said) ?? []
  const markdown = markdownOf(outcome, seed, version)
  for (const violation of outcome.violations) console.log(violation)
  console.log(`\n${markdown}`)
  const facts = factsOf(outcome, seed, version)
  if (!values.dry) await writeReport('paid-crashes', facts, markdown)
  process.exitCode = facts.violations.length === 0 ? 0 : 1
} finally {
  await site.stop()
}
