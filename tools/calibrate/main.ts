/**
 * `npm run calibrate`: how far honest cells of the embedded model drift apart, decode against prefill, and the limits that follow
 * (protocol.md §4.5). Writes src/protocol/evidence/thresholds.gen.ts, docs/calibration/pairs.json and its section of docs/calibration.md.
 * `--answers N`: of the quickest cells, default 260. `--gpu-answers N`: of software WebGPU in Chromium, default 2; 0 leaves it out.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { standardPrompts } from '../../src/participant/standard-prompts.ts'
import { openModelFolder } from '../bench/node-runtime.ts'
import { twinsOf } from '../twins/twins.ts'
import { NODE_CELLS, openNodeCell } from './cells.ts'
import { measurePairs, type OpenCell } from './measure-pairs.ts'
import { measureWebGpu } from './measure-webgpu.ts'
import { reportPairs, tableOf } from './report-pairs.ts'
import { thresholdsSource } from './thresholds-source.ts'

const { values } = parseArgs({
  options: { answers: { type: 'string', default: '260' }, 'gpu-answers': { type: 'string', default: '2' } },
})
const startedMs = performance.now()
const say = (what: string): void => {
  console.error(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s  ${what}`)
}

const twins = twinsOf(await openModelFolder())
const cells: OpenCell[] = []
for (const cell of NODE_CELLS) {
  say(`opening ${cell.name}`)
  cells.push({ name: cell.name, share: cell.share, engine: await openNodeCell(cell, await cell.model(twins)) })
}
const pairs = await measurePairs(cells, standardPrompts(Number(values.answers)), say)
for (const { engine } of cells) await engine.stop()
const gpuAnswers = Number(values['gpu-answers'])
if (gpuAnswers > 0) {
  say('software WebGPU in Chromium and the referee check each other')
  pairs.push(...(await measureWebGpu(gpuAnswers)))
}

const path = join(import.meta.dirname, '../../src/protocol/evidence/thresholds.gen.ts')
await writeFile(path, thresholdsSource(tableOf(pairs)))
console.log(await reportPairs(pairs))
// ONNX Runtime keeps its threads; nothing is under way any more.
process.exit()
