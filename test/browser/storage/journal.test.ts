import { deleteDB } from 'idb'
import { afterEach, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../../src/storage/database.ts'
import { createJournal, openJournal } from '../../../src/storage/journal.ts'
import { testJournal } from '../../conformance/journal.ts'
import { sampleJournalRecord } from '../../conformance/journal-record.ts'

const opened: { name: string; database: Database }[] = []

function openDatabase(name = `journal-test-${crypto.randomUUID()}`): Database {
  const database = createDatabase(name)
  opened.push({ name, database })
  return database
}

afterEach(async () => {
  for (const { database } of opened) await database.close()
  for (const { name } of opened.splice(0)) await deleteDB(name)
})

describe('the journal in the database of a real browser', () => {
  testJournal(async () => createJournal(openDatabase()))

  test('is durable, and its records are there after a reload', async () => {
    const before = openDatabase()
    const journal = await openJournal(before)
    expect(journal.durable).toBe(true)
    await journal.append(sampleJournalRecord(1))
    await before.close()
    const after = createJournal(openDatabase(opened[0]?.name))
    expect(await after.get(sampleJournalRecord(1).id)).toEqual(sampleJournalRecord(1))
  })

  test('two tabs write to one journal without losing a record', async () => {
    const [one, other] = [createJournal(openDatabase()), createJournal(openDatabase(opened[0]?.name))]
    await Promise.all([1, 2, 3, 4].map((n) => (n % 2 === 0 ? one : other).append(sampleJournalRecord(n))))
    expect((await one.list(10)).records).toHaveLength(4)
  })
})
