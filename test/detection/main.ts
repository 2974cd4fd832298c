/**
 * `npm run bench:verify`: what checks find of every cheat, and what they find of honest work, with the real engine (protocol.md §4). Writes
 * docs/calibration/detection.json, its plots and its section of docs/calibration.md; exits 1 if an honest answer failed.
 * `--answers N`: of every cheat, default 24. `--honest N`: of the quick honest cells, default 100. `--only-cost`: nothing but what a check costs.
 */
import { parseArgs } from 'node:util'
import { measureHonest } from './honest-pairs.ts'
import { measureCheats } from './measure-cheats.ts'
import { measureCost } from './measure-cost.ts'
import { reportCost, reportDetection } from './report.ts'
import { openWorld, unseenPrompts } from './world.ts'

const { values } = parseArgs({
  options: {
    answers: { type: 'string', default: '24' },
    honest: { type: 'string', default: '100' },
    'only-cost': { type: 'boolean' },
  },
})
const startedMs = performance.now()
const say = (what: string): void => {
  console.error(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s  ${what}`)
}

const cost = await measureCost(unseenPrompts(30, 3_000), say)
if (values['only-cost'] === true) {
  console.log(await reportCost(cost))
  process.exit()
}
say('opening the engines')
const world = await openWorld()
const cheats = await measureCheats(world, unseenPrompts(Number(values.answers), 1_000), say)
const honest = await measureHonest(world, unseenPrompts(Number(values.honest), 5_000), say)
await world.stop()
console.log(await reportDetection({ honest, cheats, cost }))
if (honest.some(({ failed }) => failed > 0)) process.exitCode = 1
// ONNX Runtime keeps its threads; nothing is under way any more.
process.exit()
