/**
 * `npm run bench:crashes [seed]`: crashes the browser's graphics process at twenty random tokens, and looks whether every request still
 * finishes with the tokens that the processor alone gives.
 */
import { isDeepStrictEqual } from 'node:util'
import { runCrashRound } from './crash-round.ts'
import { startCrashSite } from './crash-site.ts'
import { randomRounds } from './random-rounds.ts'

const CRASHES = 20

const seed = Number(process.argv[2] ?? 1)
const site = await startCrashSite()
let wrong = 0
let requests = 0
try {
  for (const [i, round] of randomRounds(seed, CRASHES).entries()) {
    const started = performance.now()
    const { expected, given, crashedAt, providerBefore, facts, recoveries } = await runCrashRound(site, round)
    const right = given.filter((answer, request) => isDeepStrictEqual(answer, expected[request])).length
    requests += given.length
    wrong += given.length - right
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(
      `browser ${i + 1}: ${providerBefore} to ${facts.provider} (${facts.path}); crashes at tokens ${crashedAt.join(', ')}; ` +
        `${right} of ${given.length} answers the same; ${recoveries.filter((what) => what === 'rebuilt').length} rebuilt; ${seconds} s`,
    )
  }
  console.log(`${CRASHES} crashes, ${requests - wrong} of ${requests} answers the same.`)
} finally {
  await site.stop()
}
process.exit(wrong === 0 ? 0 : 1)
