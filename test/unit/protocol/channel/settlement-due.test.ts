import { expect, test } from 'vitest'
import { type SettlementFacts, settlementDue } from '../../../../src/protocol/channel/settlement-due.ts'

const FACTS: SettlementFacts = { pending: 1_000n, gasWei: 10n, weiPerToken: null, isClosing: false, isLeaving: false }
/** One unit of the token is worth one wei. */
const PAR = 10n ** 18n

test.each<[string, Partial<SettlementFacts>, ReturnType<typeof settlementDue>]>([
  ['nothing is pending', { pending: 0n, isClosing: true, isLeaving: true }, null],
  ['somebody closes', { isClosing: true }, 'closing'],
  ['the page leaves', { isLeaving: true }, 'leaving'],
  ['the page leaves with less than gas costs', { isLeaving: true, weiPerToken: PAR, gasWei: 1_000n }, null],
  ['it is worth exactly a hundred times the gas', { weiPerToken: PAR }, null],
  ['it is worth more than that', { weiPerToken: PAR, pending: 1_001n }, 'worth-it'],
  ['nobody knows what it is worth', { pending: 10n ** 30n }, null],
])('where %s', (_what, change, due) => {
  expect(settlementDue({ ...FACTS, ...change })).toBe(due)
})
