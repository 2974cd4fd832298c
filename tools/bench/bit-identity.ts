/**
 * `npm run bench:bit-identity`: whether rows that decode commits are bit for bit those of another engine's prefill, at scale, on one WASM
 * thread in Node (protocol.md §4). Exits 1 if one is not. Writes docs/calibration/bit-identity.json and its section of
 * docs/calibration.md. `--rows N`: of the embedded model written out in f32, default 20000; others take shares of it.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openNodeCell } from '../calibrate/cells.ts'
import { writeSection } from '../calibrate/report-pairs.ts'
import { CORE_FIXTURES } from '../fixtures/fixtures.ts'
import { twinsOf } from '../twins/twins.ts'
import { compareRows, type RowCount } from './compare-rows.ts'
import { fixtureModel } from './fixture-model.ts'
import { type FolderModel, openModelFolder } from './node-runtime.ts'
import { DOCS, machine, table } from './report.ts'

interface Compared extends RowCount {
  model: string
  precision: string
  exactness: string
}

const { values } = parseArgs({ options: { rows: { type: 'string', default: '20000' } } })
const wanted = Number(values.rows)
const startedMs = performance.now()
const results: Compared[] = []

async function compare(name: string, model: FolderModel, expand: boolean, rows: number): Promise<void> {
  const cell = { threads: 1, expand }
  // What one engine keeps in its caches must not help the other.
  const [provider, checker] = [await openNodeCell(cell, model), await openNodeCell(cell, model)]
  try {
    const { precision, exactness } = provider.info?.cell ?? { precision: '', exactness: { kind: 'none' } }
    for (const atOnce of [8, 1]) {
      const count = await compareRows(provider, checker, { atOnce, rows: Math.ceil(rows / 2) })
      const kind = 'rows' in exactness ? `window of ${exactness.rows}` : exactness.kind
      results.push({ model: name, precision, exactness: kind, ...count })
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0)
      console.error(`${seconds} s  ${name}, ${precision}, ${atOnce} at once: ${count.equal} of ${count.rows}`)
    }
  } finally {
    await provider.stop()
    await checker.stop()
  }
}

const shipped = await openModelFolder()
const twins = twinsOf(shipped)
await compare('embedded', shipped, true, wanted)
await compare('embedded', shipped, false, wanted / 6)
await compare('embedded', await twins.halved(), false, wanted / 30)
await compare('embedded, drawn original', await twins.original(), true, wanted / 6)
const eight = await twins.eight()
await compare('embedded, 8-bit', eight, true, wanted / 6)
await compare('embedded, 8-bit', eight, false, wanted / 12)
for (const { name, create } of CORE_FIXTURES) {
  const model = fixtureModel(create())
  await compare(name, model, true, wanted / 3)
  if (!name.includes('fp32')) await compare(name, model, false, wanted / 12)
}

const rows = results.reduce((sum, result) => sum + result.rows, 0)
const equal = results.reduce((sum, result) => sum + result.equal, 0)
const markdown = `## Bit identity

\`npm run bench:bit-identity\` on ${machine()}, Node ${process.versions.node}, one WASM thread: **${equal} of ${rows} rows** that decode committed are bit for bit what a prefill
by another engine, which never saw the answer being written, gives. Prompts of 1 to half a context, answers to ends within a segment; alone, and in
the company of seven others.

${table(
  ['model', 'precision', 'exact by', 'at once', 'answers', 'rows', 'equal', 'tokens chosen again'],
  results.map((r) => [
    r.model,
    r.precision,
    r.exactness,
    String(r.atOnce),
    String(r.answers),
    String(r.rows),
    String(r.equal),
    String(r.matched),
  ]),
)}`
await writeFile(
  join(DOCS, 'calibration/bit-identity.json'),
  `${JSON.stringify({ machine: machine(), rows, equal, results }, null, 1)}\n`,
)
await writeSection('bit-identity', markdown)
console.log(markdown)
process.exit(equal === rows ? 0 : 1)
