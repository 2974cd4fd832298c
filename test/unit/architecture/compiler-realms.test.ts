import { describe, expect, test } from 'vitest'
import { LAYERS } from './layers.ts'
import { filesUnder, readText } from './source-file.ts'

interface TsConfig {
  compilerOptions?: { lib?: string[]; types?: string[] }
  references?: { path: string }[]
}

/** The compiler holds the same table: what a project does not reference, it cannot import. */
const projects = filesUnder('.', /(^|\/)tsconfig(\.messages)?\.json$/)
const ownedByLayer = LAYERS.filter(({ path }) => path !== 'test' && !path.endsWith('.ts'))

describe.each(ownedByLayer)('the compiler project of $path', ({ path, imports, types }) => {
  test('references exactly the layers of the table', () => {
    const referenced = (readConfig(`${path}/tsconfig.json`).references ?? []).map((one) => layerPath(path, one.path))
    expect(referenced.toSorted()).toEqual([...imports, ...types].toSorted())
  })
})

test('the root project references every other project', () => {
  const referenced = (readConfig('tsconfig.json').references ?? []).map(({ path }) => configPath(path))
  expect(referenced.toSorted()).toEqual(projects.filter((path) => path !== 'tsconfig.json').toSorted())
})

test.each(['src/protocol', 'src/participant', 'src/stores'])('%s knows the language and no platform', (path) => {
  expect(readConfig('tsconfig.base.json').compilerOptions).toMatchObject({ lib: ['es2023'], types: [] })
  expect(readConfig(`${path}/tsconfig.json`).compilerOptions ?? {}).toEqual({})
})

/** tsconfig files carry comments on lines of their own. */
function readConfig(path: string): TsConfig {
  return JSON.parse(readText(path).replaceAll(/^\s*\/\/.*$/gm, '')) as TsConfig
}

function configPath(reference: string): string {
  return reference.endsWith('.json') ? reference : `${reference}/tsconfig.json`
}

/** A reference as the layer it leads to; a messages project stands for its one file. */
function layerPath(from: string, reference: string): string {
  const resolved = new URL(reference, `file:///${from}/`).pathname.slice(1)
  if (!resolved.endsWith('tsconfig.messages.json')) return resolved
  const config = readConfig(resolved) as { files?: string[] }
  return resolved.replace('tsconfig.messages.json', config.files?.[0] ?? '')
}
