import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  COMMITTEE_SIZE,
  type CommitteeMember,
  captureProbability,
  decideCommittee,
  quorumOf,
  type Recomputation,
} from '../../../../src/protocol/reputation/committee.ts'

const owner = (i: number): string => i.toString(16).padStart(64, '0')
const EQUAL: Recomputation = { kind: 'equal' }
const SILENT: Recomputation = { kind: 'silent' }
const differs = (rowsHash: string): Recomputation => ({ kind: 'differs', segment: 0, rowsHash })

function members(...groups: [count: number, found: Recomputation][]): CommitteeMember[] {
  return groups
    .flatMap(([count, found]) => Array.from({ length: count }, () => found))
    .map((found, i) => ({ owner: owner(i), found }))
}

test('twelve of fifteen decide, either way', () => {
  expect(quorumOf(COMMITTEE_SIZE)).toBe(12)
  expect(decideCommittee(members([12, EQUAL], [3, differs('a')]))).toBe('honest')
  expect(decideCommittee(members([12, differs('a')], [3, EQUAL]))).toBe('fraud')
  expect(decideCommittee(members([11, differs('a')], [4, EQUAL]))).toBe('undecided')
})

test('those who find fraud must have computed the same thing', () => {
  expect(decideCommittee(members([8, differs('a')], [7, differs('b')]))).toBe('undecided')
  expect(decideCommittee(members([15, { kind: 'other-token', position: 3, token: 5 }]))).toBe('fraud')
  expect(decideCommittee(members([15, { kind: 'beyond-limits' }]))).toBe('fraud')
})

test('silence decides nothing', () => {
  expect(decideCommittee(members([15, SILENT]))).toBe('undecided')
  expect(decideCommittee(members([4, SILENT], [11, EQUAL]))).toBe('undecided')
  expect(decideCommittee([])).toBe('undecided')
})

test('one member is no committee: nothing is fraud that two others have not both computed', () => {
  expect(decideCommittee(members([1, differs('a')]))).toBe('undecided')
  expect(decideCommittee(members([2, differs('a')]))).toBe('fraud')
})

test('fifteen seats of one owner are one voice', () => {
  const capture = Array.from({ length: 15 }, () => ({ owner: owner(1), found: differs('a') }))
  expect(decideCommittee(capture)).toBe('undecided')
})

test('never fraud where honest members have the quorum, nor honest where the accusers have it', () => {
  const found = fc.constantFrom<Recomputation>(EQUAL, SILENT, differs('a'), differs('b'), { kind: 'beyond-limits' })
  fc.assert(
    fc.property(fc.array(found, { maxLength: 16 }), (list) => {
      const decision = decideCommittee(members(...list.map((one): [number, Recomputation] => [1, one])))
      const equal = list.filter(({ kind }) => kind === 'equal').length
      const accusing = list.filter(({ kind }) => kind !== 'equal' && kind !== 'silent').length
      if (decision === 'fraud') expect(accusing).toBeGreaterThanOrEqual(quorumOf(list.length))
      expect(decision === 'honest').toBe(list.length > 0 && equal >= quorumOf(list.length))
    }),
  )
})

test('a fifth of the stake captures one committee in a million', () => {
  expect(captureProbability(0.2, COMMITTEE_SIZE)).toBeLessThan(1.1e-6)
  expect(captureProbability(0.2, 1)).toBe(0)
  expect(captureProbability(0.5, 2)).toBeCloseTo(0.25, 12)
  expect(captureProbability(1, COMMITTEE_SIZE)).toBeCloseTo(1, 12)
})
