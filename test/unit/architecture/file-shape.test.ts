import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder, parse, readSource, readText } from './source-file.ts'

const MAX_LINES = 400
const MAX_MEDIAN_LINES = 90
const MAX_P90_LINES = 250

const CODE = /\.tsx?$/
const product = ['src', 'workers', 'services'].flatMap((folder) => filesUnder(folder, CODE)).map(readSource)
const all = [
  ...product,
  ...['simulation', 'tools', 'test'].flatMap((folder) => filesUnder(folder, CODE)).map(readSource),
]

/** A file named for what it is near, not for what it does, collects everything. */
const NAMELESS = /^(utils?|helpers?|common|misc|shared|lib)\./

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|gen|d))?\.tsx?$/

test('no file is longer than 400 lines', () => {
  const long = all.filter(({ path, lines }) => lines > MAX_LINES && !path.includes('.gen.'))
  expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
})

test('half of the files have at most 90 lines, nine in ten at most 250', () => {
  const lengths = product.map(({ lines }) => lines)
  expect(quantile(lengths, 0.5)).toBeLessThanOrEqual(MAX_MEDIAN_LINES)
  expect(quantile(lengths, 0.9)).toBeLessThanOrEqual(MAX_P90_LINES)
})

test('files are named in kebab-case, for what they do', () => {
  const names = all.map(({ path }) => path)
  expect(names.filter((path) => !KEBAB_CASE.test(basename(path)) || NAMELESS.test(basename(path)))).toEqual([])
})

test('nothing is exported as default', () => {
  expect(all.filter(({ hasDefaultExport }) => hasDefaultExport).map(({ path }) => path)).toEqual([])
})

test('no file names a path of somebody’s machine', () => {
  const folders = ['work', 'tmp', 'root', 'home', 'Users'].join('|')
  const machinePath = new RegExp(`(^|[\\s"'\`(=:])/(${folders})/`)
  const texts = filesUnder('.', /\.(tsx?|mjs|py|sh|md|json|ya?ml|html|css)$|^\.ci\//)
  expect(texts.filter((path) => machinePath.test(readText(path)))).toEqual([])
})

test('the shape gates see what they forbid', () => {
  expect(parse('a.ts', 'export default 1').hasDefaultExport).toBe(true)
  expect(parse('a.ts', 'const a = 1; export { a as default }').hasDefaultExport).toBe(true)
  expect(['utils.ts', 'helpers.test.ts'].every((name) => NAMELESS.test(name))).toBe(true)
  expect(['camelCase.ts', 'Upper.tsx', 'snake_case.ts'].some((name) => KEBAB_CASE.test(name))).toBe(false)
  expect(quantile([1, 2, 3, 4, 500], 0.5)).toBe(3)
})

test('a gate that finds no file fails', () => {
  expect(() => filesUnder('src/protocol', /\.cobol$/)).toThrow('nothing to look at')
  expect(() => filesUnder('src/no-such-layer', CODE)).toThrow('no such file')
})

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
