import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import type { Standing } from '../../../src/participant/ports.ts'
import { NEWCOMER } from '../../../src/protocol/reputation/audit-rate.ts'
import { NO_EVIDENCE } from '../../../src/protocol/reputation/sequential-evidence.ts'
import { createDatabase } from '../../../src/storage/database.ts'
import { createMemoryStandingBook, createStandingBook } from '../../../src/storage/standings.ts'

const NO_STANDING: Standing = { record: NEWCOMER, evidence: NO_EVIDENCE }

const SEEN: Standing = {
  record: { version: 1, jobs: 5, validResults: 4, failures: 1 },
  evidence: { version: 1, score: 2, added: [{ owner: 'ab'.repeat(32), nats: 2 }], audits: 5 },
}

describe.each([
  ['in the browser’s database', () => createStandingBook(createDatabase('standings-test'))],
  ['for one visit', () => createMemoryStandingBook()],
])('a book of standings %s', (_where, open) => {
  it('knows nothing of a stranger', async () => {
    expect(await open().get('ff'.repeat(64))).toEqual(NO_STANDING)
  })

  it('gives back what was put, by key', async () => {
    const book = open()
    await book.put('aa', SEEN)
    expect(await book.get('aa')).toEqual(SEEN)
    expect(await book.get('bb')).toEqual(NO_STANDING)
  })
})

it('takes what it can no longer read for a stranger’s', async () => {
  const database = createDatabase('standings-broken')
  await (await database.open()).put('standings', { record: 'of another version' }, 'aa')
  expect(await createStandingBook(database).get('aa')).toEqual(NO_STANDING)
})
