import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'

export const DOCS = join(import.meta.dirname, '../../docs')

/** What a table was measured on; never more than a reader needs to judge it. */
export function machine(): string {
  const [cpu] = cpus()
  return `${cpu?.model ?? 'unknown processor'}, ${cpus().length} threads`
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Writes `docs/benchmarks/<name>.json` and replaces the section of that name in docs/benchmarks.md. */
export async function writeReport(name: string, facts: unknown, markdown: string): Promise<void> {
  await mkdir(join(DOCS, 'benchmarks'), { recursive: true })
  await writeFile(join(DOCS, 'benchmarks', `${name}.json`), `${JSON.stringify(facts, null, 2)}\n`)
  const path = join(DOCS, 'benchmarks.md')
  const before = await readFile(path, 'utf8').catch(() => '# Benchmarks\n')
  await writeFile(path, withSection(before, name, markdown))
}

/** `text` with the section between its markers replaced, or added at the end. */
export function withSection(text: string, name: string, markdown: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const section = `${begin}\n\n${markdown.trim()}\n\n${end}`
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to === -1) return `${text.trimEnd()}\n\n${section}\n`
  return text.slice(0, from) + section + text.slice(to + end.length)
}
