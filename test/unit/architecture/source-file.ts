import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

export interface Import {
  specifier: string
  /** True where the compiler erases it. */
  isType: boolean
}

export interface SourceFile {
  /** Relative to the repository root, with `/`. */
  path: string
  lines: number
  imports: Import[]
  hasDefaultExport: boolean
}

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Made by tools or by others; never ours to judge. */
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.cache', 'dist', 'coverage'])

/** Every file under `folder` whose name matches. A gate that saw nothing proves nothing, so none is an error. */
export function filesUnder(folder: string, name: RegExp): string[] {
  const found = walk(join(ROOT, folder)).filter((path) => name.test(path))
  if (found.length === 0)
    throw new Error(`No file under "${folder}" matches ${name}: this gate has nothing to look at.`)
  return found.toSorted()
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function readSource(path: string): SourceFile {
  const text = readText(path)
  return { path, lines: text.split('\n').length - 1, ...parse(path, text) }
}

export function parse(path: string, text: string): Pick<SourceFile, 'imports' | 'hasDefaultExport'> {
  const { module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)

  const imports: Import[] = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    isType: entries.length > 0 && entries.every(({ isType }) => isType),
  }))
  for (const { moduleRequest, isType } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null) imports.push({ specifier: moduleRequest.value, isType })
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(['"])(.+)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    if (literal?.[2] !== undefined) imports.push({ specifier: literal[2], isType: false })
  }

  const hasDefaultExport = module.staticExports.some(({ entries }) =>
    entries.some(({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default'),
  )
  return { imports, hasDefaultExport }
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : walk(path)
    return entry.isFile() ? [relative(ROOT, path).split(sep).join('/')] : []
  })
}
