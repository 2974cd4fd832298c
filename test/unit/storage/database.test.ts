import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { afterEach, expect, test, vi } from 'vitest'
import { createDatabase } from '../../../src/storage/database.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('a browser without a database is told of in plain words', async () => {
  vi.stubGlobal('indexedDB', undefined)
  await expect(createDatabase().open()).rejects.toMatchObject({
    code: 'storage/unavailable',
    nextStep: expect.stringContaining('private window'),
  })
})

test('a browser that refuses its database may be asked again', async () => {
  const database = createDatabase('refused-once')
  vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    throw new DOMException('refused', 'SecurityError')
  })
  await expect(database.open()).rejects.toMatchObject({ code: 'storage/unavailable' })
  expect((await database.open()).name).toBe('refused-once')
})

test('a database that a newer page has upgraded asks for a reload', async () => {
  ;(await openDB('newer', 99)).close()
  await expect(createDatabase('newer').open()).rejects.toMatchObject({ nextStep: 'Reload the page.' })
})

test('an older page lets a newer one upgrade', async () => {
  const database = createDatabase('upgraded')
  await database.open()
  const newer = await openDB('upgraded', 99)
  expect(newer.version).toBe(99)
  newer.close()
})

test('a tab that will not let go is named as the reason', async () => {
  const stubborn = await openDB('stubborn', 1)
  // Version 1 is what this page opens too, so pretend that the tab is older by asking for what it blocks.
  const older = vi.spyOn(indexedDB, 'open').mockImplementation((name) => {
    older.mockRestore()
    return indexedDB.open(name, 2)
  })
  await expect(createDatabase('stubborn').open()).rejects.toMatchObject({
    code: 'storage/unavailable',
    nextStep: expect.stringContaining('Close other tabs'),
  })
  stubborn.close()
})
