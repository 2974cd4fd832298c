import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'

/** A realm of its own, so that this test's own text functions stay as they are. */
async function limitedRealm(maxChars: number): Promise<(code: string) => unknown> {
  const path = new URL('../../../../workers/template/limit-strings.ts', import.meta.url)
  const source = stripTypeScriptTypes(await readFile(path, 'utf8')).replace('export function', 'function')
  const context = createContext({})
  runInContext(`${source}; limitStrings(${maxChars})`, context)
  return (code) => runInContext(code, context)
}

test('one call cannot make more than the cap, and below it does what it always did', async () => {
  const run = await limitedRealm(1_000)
  expect(run(`'ab'.repeat(3)`)).toBe('ababab')
  expect(run(`['a', 'b'].join('-')`)).toBe('a-b')
  expect(run(`'aXa'.replaceAll(/a/g, () => 'bb')`)).toBe('bbXbb')
  for (const code of [
    `'ab'.repeat(501)`,
    `'a'.repeat(Infinity)`,
    `Array.from({ length: 400 }, () => 'abc').join('')`,
    `new Array(2000).join()`,
    `'a'.repeat(100).replaceAll(/a/g, () => 'x'.repeat(20))`,
  ]) {
    expect(run(`try { ${code}; 'made' } catch (error) { error.message }`)).toBe('its texts grow too long')
  }
})
