import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCrashRound } from '../../tools/crashes/crash-round.ts'
import { type CrashSite, startCrashSite } from '../../tools/crashes/crash-site.ts'
import { randomRounds } from '../../tools/crashes/random-rounds.ts'

/** Software WebGPU is tested again after each crash. `npm run bench:crashes` does the same with twenty. */
const ROUND_TIMEOUT_MS = 300_000
const CRASHES = 3

let site: CrashSite

beforeAll(async () => {
  site = await startCrashSite()
})

afterAll(() => site.stop())

test.each(randomRounds(7, CRASHES))(
  'requests whose graphics process crashes after $afterTokens tokens all finish with the tokens of the processor',
  async (round) => {
    const { given, expected, facts, recoveries, providerBefore } = await runCrashRound(site, round)
    expect(providerBefore).toBe('webgpu')
    expect(given.map(({ ids, finish }) => [ids.length, finish])).toEqual(round.asked.map(() => [96, 'length']))
    expect(given).toEqual(expected)
    expect(recoveries).toEqual(round.afterTokens.flatMap(() => ['rebuilding: engine/device-lost', 'rebuilt']))
    if (round.afterTokens.length > 1) expect(facts.provider).toBe('wasm')
  },
  ROUND_TIMEOUT_MS,
)
