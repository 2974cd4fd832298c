import { expect, test } from 'vitest'
import { newKeyInWords, noNewKeyInWords } from '../../../../src/ui/wording/new-key-wording.ts'
import { earnings, NETWORK, tokens } from '../../../doubles/sample-money.ts'

const { token } = NETWORK

test('a new key is told by what happens, what stays and what goes', () => {
  const told = (hasWallet: boolean) => newKeyInWords(hasWallet).map(({ words }) => words)
  const [happens, stays, goes] = told(true)
  expect(happens).toMatch(/loads the page anew.*Nobody can bring the old key back/)
  expect(stays).toMatch(/kept on this device and paid to its wallet/)
  expect(goes).toMatch(/see a newcomer.*close them on this page with your wallet/)
  expect(told(false)[1]).toContain('Nothing is owed')
})

test('a key in use, or one that is owed what nobody could get, stays', () => {
  expect(noNewKeyInWords('contributing', true, null, token)).toContain('stop contributing')
  expect(noNewKeyInWords('asking', true, null, token)).toContain('let your answers end')
  const owed = earnings({ payee: null, pending: tokens(3), claimable: tokens(1) })
  expect(noNewKeyInWords(null, false, owed, token)).toContain('it is owed 2 LOC')
  expect(noNewKeyInWords(null, true, owed, token)).toBeNull()
  expect(noNewKeyInWords(null, false, earnings({ payee: null, pending: 0n }), token)).toBeNull()
  expect(noNewKeyInWords(null, false, null, token)).toBeNull()
})
