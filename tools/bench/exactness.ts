/**
 * `npm run bench:exactness`: whether what decode commits is bit for bit what a prefill gives, and the same bits in Node, Chromium and
 * Firefox (protocol.md §4). Exits 1 if not. Writes docs/benchmarks/exactness.json and its section of docs/benchmarks.md.
 */
import { startBenchSite } from './bench-site.ts'
import type { Job } from './jobs.ts'
import { type Measured, measureInChromium, measureInFirefox, measureInNode } from './measure.ts'
import { machine, table, writeReport } from './report.ts'

/** Further than any context: the context's end is the end. */
const TO_THE_END = 100_000
/** Software WebGPU is slow: enough for a whole segment and a part of the next. */
const GPU_TOKENS = 40

const REFEREE: Job = {
  kind: 'exactness',
  provider: 'referee',
  maxTokens: TO_THE_END,
  prompts: ['short', 'medium', 'long'],
  seeds: 8,
}
const GPU: Job = { ...REFEREE, provider: 'webgpu', maxTokens: GPU_TOKENS, prompts: ['medium'], seeds: 1 }

function rowOf({ place, result }: Measured): string[] {
  const { exactness, provider } = result.info.cell
  const kind = exactness.kind === 'window' ? `window of ${exactness.rows}` : exactness.kind
  const cell = provider === 'wasm' ? 'WASM, one thread' : `WebGPU (${result.info.cell.architecture})`
  const matched = result.cases.reduce((sum, c) => sum + c.tokensMatched, 0)
  const count = (n: number) => `${n} of ${result.tokens}`
  return [place, cell, kind, count(result.rowsEqual), count(matched), `\`${result.digest.slice(0, 16)}\``]
}

const site = await startBenchSite()
try {
  const referees = [await measureInNode(REFEREE), await measureInChromium(site, REFEREE)]
  const firefox = await measureInFirefox(site, REFEREE)
  if (firefox !== null) referees.push(firefox)
  const gpu = await measureInChromium(site, GPU)

  const [first] = referees
  const exact = referees.every(
    ({ result }) => result.rowsEqual === result.tokens && result.digest === first?.result.digest,
  )
  const cases = first?.result.cases ?? []
  const rows = [...referees, gpu].map(rowOf)
  const head = ['place', 'cell', 'exact by', 'rows equal', 'tokens equal', 'digest']
  const markdown = `## Exactness

\`npm run bench:exactness\` on ${machine()}. The embedded model, ${cases.length} answers to prompts of ${[...new Set(cases.map((c) => c.promptTokens))].join(', ')} tokens, greedy and by ${REFEREE.seeds} seeds, to the end of the context.
A row is equal if the SHA-256 of its 32-token segment is what one prefill over prompt and answer gives again, bit for bit; the digest is
SHA-256 over all of them. ${exact ? 'One-thread WASM gives the same bits everywhere.' : '**One-thread WASM does not give the same bits everywhere.**'}
WebGPU writes the first ${GPU_TOKENS} tokens of the ${GPU.prompts.join(', ')} answers, in a cell of its own.

${table(head, rows)}`
  await writeReport('exactness', { machine: machine(), exact, referees, gpu }, markdown)
  console.log(markdown)
  if (!exact) process.exitCode = 1
  if (firefox === null) console.log('No Firefox was found (FIREFOX_PATH): compared without it.')
} finally {
  await site.stop()
}
// ORT keeps its threads; nothing is under way any more.
process.exit()
