import 'fake-indexeddb/auto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createDatabase, type Database } from '../../../src/storage/database.ts'
import { createJournal, openJournal } from '../../../src/storage/journal.ts'
import { createMemoryJournal } from '../../../src/storage/memory-journal.ts'
import { testJournal } from '../../conformance/journal.ts'
import { sampleJournalRecord } from '../../conformance/journal-record.ts'

let count = 0
/** A database that no other test has used. */
function freshDatabase(): Database {
  count += 1
  return createDatabase(`journal-${count}`)
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('the journal in IndexedDB', () => {
  testJournal(async () => createJournal(freshDatabase()))

  test('asks the browser to write through to the disk', async () => {
    const database = freshDatabase()
    const transaction = vi.spyOn(await database.open(), 'transaction')
    await createJournal(database).append(sampleJournalRecord(1))
    expect(transaction).toHaveBeenCalledWith('journal', 'readwrite', { durability: 'strict' })
  })

  test('survives a reload', async () => {
    const before = freshDatabase()
    await createJournal(before).append(sampleJournalRecord(1))
    await before.close()
    expect((await createJournal(createDatabase(`journal-${count}`)).list(10)).records).toEqual([sampleJournalRecord(1)])
  })

  test('counts what it cannot read, and still shows the rest', async () => {
    const database = freshDatabase()
    const journal = createJournal(database)
    await journal.append(sampleJournalRecord(1))
    const db = await database.open()
    await db.add('journal', { ...sampleJournalRecord(2), outcome: 'from a later version' })
    await db.add('journal', 'nonsense')
    expect(await journal.list(10)).toEqual({ records: [sampleJournalRecord(1)], unreadable: 2 })
  })

  test('says when the one record asked for cannot be read', async () => {
    const database = freshDatabase()
    await (await database.open()).add('journal', { ...sampleJournalRecord(2), version: 2 })
    await expect(createJournal(database).get(sampleJournalRecord(2).id)).rejects.toMatchObject({
      code: 'storage/corrupt',
    })
  })

  test('a disk that is full refuses the record in plain words', async () => {
    const database = freshDatabase()
    vi.spyOn(await database.open(), 'transaction').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    await expect(createJournal(database).append(sampleJournalRecord(1))).rejects.toMatchObject({
      code: 'storage/unavailable',
      nextStep: expect.stringContaining('Free some disk space'),
    })
  })
})

describe('the journal for one visit', () => {
  testJournal(async () => createMemoryJournal())
})

describe('opening a journal', () => {
  test('gives the durable one where the browser has a database', async () => {
    expect((await openJournal(freshDatabase())).durable).toBe(true)
  })

  test('gives one for the visit where the browser has none, and says so', async () => {
    vi.stubGlobal('indexedDB', undefined)
    expect((await openJournal(createDatabase())).durable).toBe(false)
  })
})
