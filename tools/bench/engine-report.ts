import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DOCS, table, writeReport } from './report.ts'
import type { Rendered, SectionSettings, Target } from './sections/section.ts'
import { SECTIONS } from './sections/sections.ts'
import { number } from './sections/wording.ts'

/** A section as it was measured once. */
export interface EngineRun {
  section: string
  settings: SectionSettings
  machine: string
  facts: unknown
}

const REPORT = 'engine'

/** What was measured before, by run name. */
export async function loadRuns(): Promise<Map<string, EngineRun>> {
  const text = await readFile(join(DOCS, 'benchmarks', `${REPORT}.json`), 'utf8').catch(() => '{}')
  const { runs = {} } = JSON.parse(text) as { runs?: Record<string, EngineRun> }
  return new Map(Object.entries(runs))
}

export async function saveRuns(runs: ReadonlyMap<string, EngineRun>): Promise<void> {
  const ordered = inOrder([...runs])
  await mkdir(join(DOCS, 'benchmarks'), { recursive: true })
  for (const [, run] of ordered) {
    for (const [name, svg] of Object.entries(rendered(run).plots)) {
      await writeFile(join(DOCS, 'benchmarks', `${name}.svg`), svg)
    }
  }
  await writeReport(REPORT, { runs: Object.fromEntries(ordered) }, markdownOf(ordered.map(([, run]) => run)))
}

/** The section of docs/benchmarks.md: first what was to be shown, then each measurement. */
export function markdownOf(runs: readonly EngineRun[]): string {
  const parts = runs.map((run) => ({ run, ...rendered(run) }))
  const targets = parts.flatMap(({ targets: own }) => own)
  const machines = [...new Set(runs.map((run) => run.machine))].join('; ')
  const goals = targets.length === 0 ? '' : `${table(['what', 'measured', 'goal', ''], targets.map(targetRow))}\n\n`
  return `## Engine

\`npm run bench:engine\` on ${machines}. Every arm has a worker of its own in one page, one thread each; blocks run in ABBA order, the first
ones are thrown away, and a block whose tokens differ counts for nothing. Numbers are medians, in parentheses the 95 % bootstrap interval.
CPU is processor time per token after the first: of the thread that runs the model, and of the page's whole process, garbage collection and
all; software WebGPU computes in another process. Numbers in full: benchmarks/engine.json. On a machine with a graphics card:
\`npm run bench:engine -- --gpu\`, and \`npm run bench:engine -- --gpu --model 1b\` (or \`1b-q4f16\`) for random weights that memory bounds.

${goals}${parts.map(({ run, markdown }) => `${markdown}\n\n${settingsLine(run)}`).join('\n\n')}`
}

function targetRow({ what, measured, kind, floor }: Target): string[] {
  const met = measured !== null && (kind === 'least' ? measured >= floor : measured <= floor)
  return [what, number(measured), `${kind === 'least' ? '≥' : '≤'} ${number(floor)}`, met ? 'met' : 'missed']
}

function settingsLine({ settings }: EngineRun): string {
  const { model, blocks, warmUpBlocks } = settings
  return `${model}, ${blocks} blocks, the first ${warmUpBlocks} dropped.`
}

function rendered({ section: name, facts, settings }: EngineRun): Rendered {
  const section = SECTIONS.find((one) => one.name === name)
  if (section === undefined) throw new Error(`no section ${name}`)
  return section.render(facts, settings)
}

function inOrder(runs: [string, EngineRun][]): [string, EngineRun][] {
  const place = ({ section }: EngineRun) => SECTIONS.findIndex(({ name }) => name === section)
  return runs.toSorted(([a, runA], [b, runB]) => place(runA) - place(runB) || (a < b ? -1 : 1))
}
