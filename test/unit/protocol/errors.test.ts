import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CodedError, type ErrorData } from '../../../src/protocol/errors.ts'

const repository = join(import.meta.dirname, '../../..')
const DATA: ErrorData = {
  code: 'network/deadline',
  message: 'It took too long.',
  nextStep: 'Ask again.',
  details: { seconds: 10 },
}

test('docs/errors.md explains exactly the codes that there are', async () => {
  const source = await readFile(join(repository, 'src/protocol/errors.ts'), 'utf8')
  const docs = await readFile(join(repository, 'docs/errors.md'), 'utf8')
  const unions = source.slice(0, source.indexOf('export interface ErrorData'))
  const codes = [...unions.matchAll(/'([a-z]+\/[a-z-]+)'/g)].map(([, code]) => code)
  const explained = [...docs.matchAll(/^\| `([a-z]+\/[a-z-]+)` \| .+ \| .+ \|$/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(40)
  expect(explained).toEqual(codes)
})

test('an error crosses a thread as data and is the same on the other side', () => {
  const error = new CodedError(DATA)
  expect(structuredClone(error.toData())).toEqual(DATA)
  expect(new CodedError(error.toData()).toData()).toEqual(DATA)
})

test('an error knows its code, its message and its cause', () => {
  const cause = new Error('socket')
  const error = new CodedError(DATA, { cause })
  expect(error).toMatchObject({ name: 'CodedError', code: 'network/deadline', message: 'It took too long.', cause })
  expect(CodedError.is(error)).toBe(true)
  expect(CodedError.is(error, 'network/deadline')).toBe(true)
  expect(CodedError.is(error, 'network/closed')).toBe(false)
  expect(CodedError.is(cause)).toBe(false)
})

test('what carries a code keeps it, whatever the fallback is', () => {
  expect(CodedError.dataOf(new CodedError(DATA), 'engine/run-failed')).toEqual(DATA)
})

test.each([
  [new TypeError('no'), 'no'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('what was thrown without a code is filed under the fallback: %s', (thrown, message) => {
  expect(CodedError.dataOf(thrown, 'engine/run-failed')).toMatchObject({ code: 'engine/run-failed', message })
})
