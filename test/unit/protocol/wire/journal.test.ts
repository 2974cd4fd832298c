import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { Bundle } from '../../../../src/protocol/receipt/bundle.ts'
import { type JournalRecord, JournalRecordSchema } from '../../../../src/protocol/wire/journal.ts'
import { filled, SAMPLE_ACCEPT, SAMPLE_REQUEST, SAMPLE_SEGMENT } from '../sample-values.ts'

const BUNDLE: Bundle = {
  version: 2,
  kind: 'locus-evidence',
  legs: [
    {
      request: SAMPLE_REQUEST,
      accept: SAMPLE_ACCEPT,
      requesterShare: filled(32, 1),
      segments: [SAMPLE_SEGMENT],
      signed: null,
    },
  ],
  audits: [],
}
const RECORD: JournalRecord = {
  version: 1,
  id: 'ab'.repeat(32),
  role: 'requester',
  recordedAt: 1_767_225_600_000,
  outcome: 'accepted',
  reason: '',
  bundle: BUNDLE,
  report: null,
}

test('a record that storage copied is read as it was written', () => {
  expect(v.parse(JournalRecordSchema, structuredClone(RECORD))).toEqual(RECORD)
})

test.each<[string, object]>([
  ['of a later version', { version: 2 }],
  ['without its job', { id: '' }],
  ['of an unknown role', { role: 'bystander' }],
  ['of an unknown outcome', { outcome: 'perhaps' }],
  ['with a reason as long as a story', { reason: 'x'.repeat(65) }],
  ['without a bundle', { bundle: null }],
  ['with an empty bundle', { bundle: { ...BUNDLE, legs: [] } }],
  [
    'with more legs than an answer can have',
    { bundle: { ...BUNDLE, legs: Array.from({ length: 17 }, () => BUNDLE.legs[0]) } },
  ],
  ['with a report of other numbers', { report: { tokens: 1 } }],
  ['with a field too many', { prompt: 'Once upon a time' }],
])('a record %s is not read', (_what, change) => {
  expect(v.is(JournalRecordSchema, { ...RECORD, ...change })).toBe(false)
})

test('bytes that storage turned into something else are noticed', () => {
  expect(v.is(JournalRecordSchema, JSON.parse(JSON.stringify(RECORD)))).toBe(false)
})
