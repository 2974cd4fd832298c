/**
 * `npm run bench:engine`: tokens per second, time to the first token, and what a check costs, of the embedded model on each provider.
 * Writes docs/benchmarks/engine.json and its section of docs/benchmarks.md.
 */
import { startBenchSite } from './bench-site.ts'
import type { Job, SpeedResult } from './jobs.ts'
import { type Measured, measureInChromium, measureInNode } from './measure.ts'
import { machine, table, writeReport } from './report.ts'

const WASM: Job & { kind: 'speed' } = { kind: 'speed', provider: 'referee', maxTokens: 256, repetitions: 5 }
/** Software WebGPU is slow, and its numbers say nothing of a graphics card. */
const GPU: Job & { kind: 'speed' } = { kind: 'speed', provider: 'webgpu', maxTokens: 32, repetitions: 1 }

function rowOf({ place, result }: Measured<SpeedResult>): string[] {
  const { cell } = result.info
  const provider = cell.provider === 'wasm' ? 'WASM, one thread' : `WebGPU (${cell.architecture})`
  const tokens = `${result.promptTokens} + ${result.outputTokens}`
  const { tokensPerSecond, firstTokenMs, checkMs, generateOverCheck, loadMs } = result
  return [
    place,
    provider,
    tokens,
    tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0),
    firstTokenMs.toFixed(0),
    checkMs.toFixed(0),
    `${generateOverCheck.toFixed(1)} ×`,
    (loadMs / 1_000).toFixed(1),
  ]
}

const site = await startBenchSite()
try {
  const measured = [await measureInNode(WASM), await measureInChromium(site, WASM), await measureInChromium(site, GPU)]
  const head = [
    'place',
    'provider',
    'tokens',
    'tokens/s',
    'first token, ms',
    'check, ms',
    'generate : check',
    'load and self-test, s',
  ]
  const markdown = `## Engine

\`npm run bench:engine\` on ${machine()}; medians of ${WASM.repetitions} answers, sampled (WebGPU in software: ${GPU.repetitions}).

${table(head, measured.map(rowOf))}`
  await writeReport('engine', { machine: machine(), measured }, markdown)
  console.log(markdown)
} finally {
  await site.stop()
}
process.exit()
