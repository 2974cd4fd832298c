import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CONTRACTS } from '../../../../tools/contracts/artifacts.ts'
import { filesUnder, readText } from '../../architecture/source-file.ts'

const ABI_FOLDER = new URL('../../../../src/wallet/abi/', import.meta.url)

interface AbiEntry {
  type: string
  name?: string
  stateMutability?: string
}

/** Every call of what is deployed that changes anything; `TestToken` is for the machine of whoever develops. */
async function changingCalls(): Promise<string[]> {
  const files = readdirSync(ABI_FOLDER).filter((name) => name !== 'test-token.gen.ts')
  const modules = await Promise.all(
    files.map((name) => import(new URL(name, ABI_FOLDER).href) as Promise<Record<string, unknown>>),
  )
  const entries = modules.flatMap((all) => Object.values(all).filter(Array.isArray)).flat() as AbiEntry[]
  const changing = entries.filter(
    ({ type, stateMutability }) => type === 'function' && stateMutability === 'nonpayable',
  )
  return changing.map(({ name = '' }) => name)
}

test('every call of every contract is sent first by a mirror in some test', async () => {
  const sources = filesUnder('contracts/test', /\.t\.sol$/).map(readText)
  const mirrors = sources.filter((text) => text.includes('mirrored('))
  const sent = new Set(
    mirrors.flatMap((text) => [...text.matchAll(/encodeCall\(\w+\.(\w+),/g)].map(([, name]) => name)),
  )
  const calls = await changingCalls()
  expect(calls.length).toBeGreaterThan(CONTRACTS.length)
  expect(calls.filter((name) => !sent.has(name))).toEqual([])
})
