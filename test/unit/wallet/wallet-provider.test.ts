import { expect, test } from 'vitest'
import { CodedError } from '../../../src/protocol/errors.ts'
import { hasCode, isDeclined, prompt, walletErrorOf } from '../../../src/wallet/wallet-provider.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { neverAnswer, rpcError } from './scripted-provider.ts'

test.each([
  ['MetaMask', rpcError(4001, 'MetaMask Tx Signature: User denied transaction signature.')],
  ['WalletConnect', rpcError(5000, 'User rejected.')],
  ['ethers', { code: 'ACTION_REJECTED', message: 'user rejected action' }],
  ['ethers, nested', { code: 'UNKNOWN_ERROR', info: { error: { code: 4001 } } }],
  ['mobile wallets', { code: -32_603, data: { originalError: { code: 4001 } } }],
  ['viem', Object.assign(new Error('wrapped'), { cause: rpcError(4001, 'no') })],
  ['in words only', new Error('User cancelled')],
])('a refusal is an answer, however it is wrapped: %s', async (_, error) => {
  expect(isDeclined(error)).toBe(true)
  const asked = await prompt(createFakeClock(), () => Promise.reject(error as Error))
  expect(asked).toEqual({ outcome: 'declined' })
})

test.each([
  ['wallet/busy', rpcError(-32_002, 'Request of type eth_requestAccounts already pending')],
  ['wallet/busy', { code: -32_603, data: { originalError: { code: -32_002 } } }],
  ['wallet/not-connected', rpcError(4100, 'unauthorized')],
  ['wallet/failed', rpcError(-32_603, 'internal')],
  ['wallet/failed', 'a text'],
  ['wallet/failed', null],
  ['wallet/failed', new Error('the rejected offer')],
])('what else a wallet throws is %s', async (code, error) => {
  const failed = prompt(createFakeClock(), () => Promise.reject(error as Error))
  await expect(failed).rejects.toMatchObject({ code })
})

test('an error of ours stays as it is', () => {
  const ours = new CodedError({ code: 'wallet/other-chain', message: 'user rejected', nextStep: '' })
  expect(walletErrorOf(ours)).toBe(ours)
  expect(isDeclined(ours)).toBe(false)
})

test('a wallet that throws before it returns a promise has failed', async () => {
  const failed = prompt(createFakeClock(), () => {
    throw rpcError(4001, 'no')
  })
  await expect(failed).resolves.toEqual({ outcome: 'declined' })
})

test('a wallet that never answers is given up, and its timer with it', async () => {
  const clock = createFakeClock()
  const asked = prompt(clock, neverAnswer)
  const refused = expect(asked).rejects.toMatchObject({ code: 'wallet/no-answer' })
  await clock.run(300_000)
  await refused
  expect(clock.pending).toBe(0)
})

test('an error that contains itself is read to an end', () => {
  const loop: Record<string, unknown> = { code: 1 }
  loop['cause'] = loop
  expect(hasCode(loop, 2)).toBe(false)
  expect(isDeclined(loop)).toBe(false)
})
