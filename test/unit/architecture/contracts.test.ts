import { describe, expect, test } from 'vitest'
import { filesUnder, readText } from './source-file.ts'

const MAX_LINES = 400

const product = filesUnder('contracts/src', /\.sol$/)
const all = [...product, ...filesUnder('contracts/test', /\.sol$/)]

/** Code without comments, since those may name whatever they forbid. */
const codeOf = (path: string): string => readText(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')

test('no contract file is longer than 400 lines', () => {
  expect(all.filter((path) => readText(path).split('\n').length - 1 > MAX_LINES)).toEqual([])
})

test('every file is licensed and for one compiler', () => {
  const header = '// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n'
  expect(all.filter((path) => !readText(path).startsWith(header))).toEqual([])
})

test('contracts import nothing but themselves and OpenZeppelin', () => {
  const imported = product.flatMap((path) => [...codeOf(path).matchAll(/from "([^"]+)"/g)].map(([, from = '']) => from))
  expect(imported.length).toBeGreaterThan(0)
  expect(imported.filter((from) => !/^\.\.?\/|^@openzeppelin\/contracts\//.test(from))).toEqual([])
  expect(imported.filter((from) => from.includes('/test/'))).toEqual([])
})

test('no file names a path of somebody’s machine', () => {
  const texts = [...all, 'contracts/foundry.toml']
  expect(texts.filter((path) => /["'`(=\s](\/(work|tmp|root|home|Users)\/)/.test(readText(path)))).toEqual([])
})

describe('what no contract has', () => {
  test.each([
    ['a proxy', /delegatecall|\bProxy\b|initializer|upgradeTo/],
    ['a way to destroy itself', /selfdestruct/],
    ['an answer that depends on who began', /tx\.origin/],
    ['an unfinished part', /TODO|FIXME|console\.log/],
  ])('%s', (_what, pattern) => {
    expect(product.filter((path) => pattern.test(codeOf(path)))).toEqual([])
  })

  test('an owner, but for the parameters', () => {
    expect(product.filter((path) => /onlyOwner|Ownable/.test(codeOf(path)))).toEqual(['contracts/src/Parameters.sol'])
  })
})

test('every external function is documented on its interface', () => {
  const shells = product.filter((path) => /^contracts\/src\/[A-Z]\w*\.sol$/.test(path) && !path.endsWith('Limits.sol'))
  const undocumented = shells.flatMap((path) =>
    [...readText(path).matchAll(/\n(.*)\n {4}function (\w+)\([^)]*\)\s[^{;]*\b(external|public)\b/g)].flatMap(
      ([, above = '', name]) => (above.trim().startsWith('///') ? [] : [`${path}: ${name}`]),
    ),
  )
  expect(undocumented).toEqual([])
})
