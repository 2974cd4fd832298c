/** The parts of Vite's manifest that say what loads what. Keys are module names; `file` is relative to the build's folder. */
export type BuildManifest = Record<string, ManifestChunk>

export interface ManifestChunk {
  file: string
  imports?: string[]
  dynamicImports?: string[]
  css?: string[]
}

export interface PageFiles {
  /** Everything that loads before a person has done anything, the page itself first. */
  eager: string[]
  /** What each `import()` would add to that, by the name of the imported module. */
  lazy: Map<string, string[]>
}

/** Splits a build into what `index.html` loads at once and what it may load later. Throws if the page loads nothing, or inline. */
export function filesOfPage(html: string, manifest: BuildManifest): PageFiles {
  if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html))
    throw new Error('index.html has an inline script, which its policy forbids.')
  const linked = [
    ...html.matchAll(/<script[^>]*\ssrc="\/([^"]+)"/g),
    ...html.matchAll(/<link(?=[^>]*\srel="(?:stylesheet|modulepreload)")[^>]*\shref="\/([^"]+)"/g),
  ].map(([, file = '']) => file)
  if (!linked.some((file) => file.endsWith('.js')))
    throw new Error('index.html loads no script: this gate has nothing to weigh.')

  const chunkOfFile = new Map(Object.entries(manifest).map(([name, { file }]) => [file, name]))
  const entries = linked.flatMap((file) => chunkOfFile.get(file) ?? [])
  if (entries.length === 0) throw new Error('The manifest knows none of the scripts of index.html.')

  const eagerChunks = withImports(entries, manifest)
  const eager = new Set(['index.html', ...linked, ...filesOf(eagerChunks, manifest)])
  const lazy = new Map<string, string[]>()
  for (const name of withDynamicImports(eagerChunks, manifest)) {
    const files = filesOf(withImports([name], manifest), manifest).filter((file) => !eager.has(file))
    if (files.length > 0) lazy.set(name, files)
  }
  return { eager: [...eager], lazy }
}

function withImports(names: Iterable<string>, manifest: BuildManifest): Set<string> {
  return closure(names, (name) => manifest[name]?.imports ?? [])
}

/** Every module that an `import()` reaches from these chunks, however many steps away. */
function withDynamicImports(chunks: Set<string>, manifest: BuildManifest): Set<string> {
  const reached = closure(chunks, (name) => [
    ...(manifest[name]?.imports ?? []),
    ...(manifest[name]?.dynamicImports ?? []),
  ])
  const entries = [...reached].flatMap((name) => manifest[name]?.dynamicImports ?? [])
  return new Set(entries.filter((name) => !chunks.has(name)))
}

function closure(start: Iterable<string>, next: (name: string) => string[]): Set<string> {
  // A Set visits what is added while it is walked.
  const seen = new Set(start)
  for (const name of seen) for (const one of next(name)) seen.add(one)
  return seen
}

function filesOf(names: Iterable<string>, manifest: BuildManifest): string[] {
  const chunks = [...names].flatMap((name) => manifest[name] ?? [])
  return [...new Set(chunks.flatMap(({ file, css = [] }) => [file, ...css]))]
}
