import { expect, test } from 'vitest'
import type { Journal } from '../../src/participant/ports.ts'
import { sampleJournalRecord } from './journal-record.ts'

/** What every journal owes its callers. `create` gives an empty one. */
export function testJournal(create: () => Promise<Journal>): void {
  test('a new journal is empty', async () => {
    const journal = await create()
    expect(await journal.list(10)).toEqual({ records: [], unreadable: 0 })
    expect(await journal.get(sampleJournalRecord(1).id)).toBeNull()
  })

  test('a record comes back byte for byte', async () => {
    const journal = await create()
    const record = sampleJournalRecord(1)
    await journal.append(record)
    expect(await journal.get(record.id)).toEqual(record)
  })

  test('the list is newest first, whatever the records say of their time, and no longer than asked', async () => {
    const journal = await create()
    for (const n of [3, 1, 2]) await journal.append(sampleJournalRecord(n))
    const { records } = await journal.list(2)
    expect(records.map((record) => record.id)).toEqual([sampleJournalRecord(2).id, sampleJournalRecord(1).id])
  })

  test('a second record of one id is added, not written over the first, and speaks for it', async () => {
    const journal = await create()
    const accepted = sampleJournalRecord(1)
    const rejected = { ...accepted, outcome: 'rejected' as const, reason: 'check/rows-mismatch' }
    await journal.append(accepted)
    await journal.append(rejected)
    expect(await journal.get(accepted.id)).toEqual(rejected)
    expect((await journal.list(10)).records).toEqual([rejected, accepted])
  })

  test('what was appended does not change with the object it came from', async () => {
    const journal = await create()
    const record = sampleJournalRecord(1)
    await journal.append(record)
    record.bundle.legs[0]?.request.promptIds.push(99)
    expect(await journal.get(record.id)).toEqual(sampleJournalRecord(1))
  })

  test('a record that no reader could parse is refused at the door', async () => {
    const journal = await create()
    await expect(journal.append({ ...sampleJournalRecord(1), id: 'not hex' })).rejects.toThrow(/./)
    expect((await journal.list(10)).records).toEqual([])
  })
}
