import { expect, test } from 'vitest'
import { conclude, concludeAlarm, type Own, type Voice } from '../../../../src/protocol/audit/conclude.ts'
import type { Recomputation } from '../../../../src/protocol/reputation/committee.ts'

const PASS: Own = { verdict: { verdict: 'pass' }, isExact: true }
const NEAR: Own = { verdict: { verdict: 'pass' }, isExact: false }
const UNSURE: Own = {
  verdict: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '' },
  isExact: false,
}
const FAIL: Own = { verdict: { verdict: 'fail', reason: 'check/token-rule', segment: 1, statistic: '' }, isExact: true }
const FAR: Own = { verdict: { verdict: 'fail', reason: 'check/margins', segment: 1, statistic: '' }, isExact: false }

function voice(owner: string, verdict: Voice['verdict'], found?: Recomputation): Voice {
  const byVerdict: Record<Voice['verdict'], Recomputation> = {
    pass: { kind: 'equal' },
    fail: { kind: 'differs', segment: 2, rowsHash: 'aa' },
    inconclusive: { kind: 'silent' },
    silent: { kind: 'silent' },
  }
  return { owner, isExact: true, verdict, found: found ?? byVerdict[verdict] }
}

const NINE = Array.from('abcdefghi', (owner) => voice(owner, 'pass'))

test.each([
  ['equality of one’s own', PASS, [], 'pass', 'own-equality'],
  ['one’s own thresholds', NEAR, [], 'pass', 'own-thresholds'],
  ['what nine others attest, where one has no verdict', UNSURE, NINE, 'pass', 'attestations'],
  ['nobody’s word, where eight do', UNSURE, NINE.slice(1), 'inconclusive', 'nobody'],
  [
    'nobody’s word, where nine keys are of eight owners',
    UNSURE,
    NINE.with(0, voice('b', 'pass')),
    'inconclusive',
    'nobody',
  ],
  [
    'nobody’s word, where nine compare by limits',
    UNSURE,
    NINE.map((one) => ({ ...one, isExact: false })),
    'inconclusive',
    'nobody',
  ],
  ['nobody’s word, where all were silent', UNSURE, [voice('a', 'silent')], 'inconclusive', 'nobody'],
  ['one’s own bits, whatever others say', FAIL, [voice('a', 'pass'), voice('b', 'pass')], 'fail', 'own-equality'],
] as const)('an answer may rest on %s', (_what, own, voices, verdict, by) => {
  expect(conclude(own, voices)).toMatchObject({ kind: 'settled', verdict: { verdict }, by })
})

test.each([
  ['one drawn verifier’s failure', PASS, [voice('a', 'pass'), voice('b', 'fail')]],
  ['a failure by thresholds, one’s own included', FAR, [voice('a', 'pass')]],
])('%s is an alarm', (_what, own, voices) => {
  expect(conclude(own, voices)).toEqual({ kind: 'alarm' })
})

test('who computed the very bits needs no committee for its own answer', () => {
  const liars = ['a', 'b', 'c', 'd'].map((owner) => voice(owner, 'fail'))
  expect(concludeAlarm(PASS, liars)).toMatchObject({ verdict: { verdict: 'pass' }, by: 'own-equality' })
})

test('a committee that found the same difference convicts, and names the segment', () => {
  const committee = ['a', 'b', 'c', 'd', 'e'].map((owner) => voice(owner, 'fail'))
  expect(concludeAlarm(UNSURE, committee)).toEqual({
    kind: 'settled',
    verdict: {
      verdict: 'fail',
      reason: 'audit/attested-fail',
      segment: 2,
      statistic: '0 of 5 found it right, 5 wrong',
    },
    by: 'committee',
  })
})

test('accusers who do not agree on what they computed convict nobody, and the answer is not accepted either', () => {
  const committee = ['a', 'b', 'c'].map((owner, i) =>
    voice(owner, 'fail', { kind: 'differs', segment: 0, rowsHash: `${i}` }),
  )
  expect(concludeAlarm(UNSURE, committee)).toMatchObject({
    verdict: { verdict: 'inconclusive', reason: 'check/disputed' },
    by: 'nobody',
  })
})

test('a committee clears whom thresholds had accused', () => {
  const committee = ['a', 'b', 'c'].map((owner) => voice(owner, 'pass'))
  expect(concludeAlarm(FAR, committee)).toMatchObject({ verdict: { verdict: 'pass' }, by: 'committee' })
})

test.each([null, [], [voice('a', 'fail')], [voice('a', 'silent'), voice('b', 'silent')]])(
  'without enough voices (%#) an alarm stays undecided',
  (committee) => {
    expect(concludeAlarm(FAR, committee)).toMatchObject({ verdict: { verdict: 'inconclusive' }, by: 'nobody' })
  },
)

test('two keys of one owner are one voice', () => {
  const committee = [voice('a', 'fail'), voice('a', 'fail')]
  expect(concludeAlarm(UNSURE, committee)).toMatchObject({ verdict: { verdict: 'inconclusive' } })
})
