import * as v from 'valibot'
import { expect, test } from 'vitest'
import { journalRecordOf } from '../../../src/participant/journal-record.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { jobIdOf } from '../../../src/protocol/job/job.ts'
import type { Bundle, Leg } from '../../../src/protocol/receipt/bundle.ts'
import { JournalRecordSchema } from '../../../src/protocol/wire/journal.ts'
import { createNodeSessionKey } from '../../doubles/node-session-key.ts'
import { FORTY_IDS, signedLeg } from '../../doubles/signed-leg.ts'

const NOW = 1_767_225_600_000

async function twoLegs(): Promise<[Leg, Leg]> {
  const [provider, requester] = await Promise.all([createNodeSessionKey(), createNodeSessionKey()])
  const request = { resumedIds: FORTY_IDS.slice(0, 32), carriedSeed: new Uint8Array(32) }
  return [
    await signedLeg({ provider, requester, nonce: 1 }),
    await signedLeg({ provider, requester, nonce: 2, outputIds: [1], request }),
  ]
}

test('an answer is named after the job of its last leg, and its record passes the journal’s schema', async () => {
  const [first, last] = await twoLegs()
  const bundle: Bundle = { version: 2, kind: 'locus-evidence', legs: [first, last], audits: [] }
  const record = journalRecordOf(bundle, 'accepted', '', null, NOW)
  expect(record.id).toBe(bytesToHex(jobIdOf(last.request, last.accept)))
  expect(record.id).not.toBe(bytesToHex(jobIdOf(first.request, first.accept)))
  expect(v.parse(JournalRecordSchema, record)).toEqual(record)
})

test('who served wrote it as a provider, who accepted or rejected as a requester', async () => {
  const [leg] = await twoLegs()
  const bundle: Bundle = { version: 2, kind: 'locus-evidence', legs: [leg], audits: [] }
  expect(journalRecordOf(bundle, 'served', '', null, NOW).role).toBe('provider')
  expect(journalRecordOf(bundle, 'accepted', '', null, NOW).role).toBe('requester')
  expect(journalRecordOf(bundle, 'rejected', 'check/token-rule', null, NOW)).toMatchObject({
    role: 'requester',
    reason: 'check/token-rule',
    recordedAt: NOW,
  })
})
