import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDatabase, type Database } from '../../../src/storage/database.ts'
import { type PeerIdentity, takePeerIdentity } from '../../../src/storage/peer-identity.ts'

/** Names held by the tabs of one browser. */
let held: Set<string>
let made: number
let database: Database
let count = 0

beforeEach(() => {
  held = new Set()
  made = 0
  count += 1
  database = createDatabase(`identity-${count}`)
})

afterEach(() => {
  vi.unstubAllGlobals()
})

function openTab(): Promise<PeerIdentity> {
  return takePeerIdentity({
    database,
    generate: async () => {
      made += 1
      return new Uint8Array(32).fill(made)
    },
    reserve: async (name) => {
      if (held.has(name)) return null
      held.add(name)
      return () => void held.delete(name)
    },
  })
}

test('a tab has the same identity after a reload', async () => {
  const before = await openTab()
  before.release()
  const after = await openTab()
  expect(after).toMatchObject({ privateKey: before.privateKey, persistent: true })
  expect(made).toBe(1)
})

test('two tabs at once have two identities, and each finds one of them again', async () => {
  const tabs = [await openTab(), await openTab()]
  expect(tabs[0]?.privateKey).not.toEqual(tabs[1]?.privateKey)
  for (const tab of tabs) tab.release()
  const again = [await openTab(), await openTab()]
  expect(again.map((tab) => tab.privateKey)).toEqual(tabs.map((tab) => tab.privateKey))
})

test('a key that is not bytes any more is made anew', async () => {
  await (await database.open()).put('peer-identity', 'nonsense', 0)
  expect((await openTab()).privateKey).toEqual(new Uint8Array(32).fill(1))
})

test('a browser that keeps nothing gives an identity for this visit', async () => {
  vi.stubGlobal('indexedDB', undefined)
  expect(await openTab()).toMatchObject({ privateKey: new Uint8Array(32).fill(1), persistent: false })
  expect(held.size).toBe(0)
})

test('more tabs than slots still get identities of their own', async () => {
  const tabs: PeerIdentity[] = []
  for (let i = 0; i < 9; i += 1) tabs.push(await openTab())
  expect(new Set(tabs.map((tab) => tab.privateKey[0])).size).toBe(9)
  expect(tabs.at(-1)?.persistent).toBe(false)
})
