/**
 * npm run simulate -- --jobs 100000 --seed 1
 *
 * Runs the protocol's selection and reputation against everybody who would like to get around them, prints what came of it, and exits with
 * 1 if anything is not as promised.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { describeResult } from './describe-result.ts'
import { simulate } from './simulate.ts'
import { StatisticsSchema } from './statistics.ts'
import { violationsOf } from './violations.ts'

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    /** Comma-separated: `adaptive`, or audit rates in millionths. */
    rates: { type: 'string', default: 'adaptive,1000000,250000,50000' },
  },
})

const text = readFileSync(new URL('measured-statistics.json', import.meta.url), 'utf8')
const statistics = v.parse(StatisticsSchema, JSON.parse(text))
console.log(`statistics: ${statistics.source}`)

let failed = false
for (const name of values.rates.split(',')) {
  const started = process.cpuUsage()
  const rate = name === 'adaptive' ? ('adaptive' as const) : Number(name)
  const result = simulate({ jobs: Number(values.jobs), seed: Number(values.seed), statistics, rate })
  const seconds = process.cpuUsage(started).user / 1e6
  console.log(describeResult(rate, result, seconds))
  for (const violation of violationsOf(result)) {
    failed = true
    console.log(`  NOT AS PROMISED: ${violation}`)
  }
}
process.exitCode = failed ? 1 : 0
