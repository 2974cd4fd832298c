import { encodeErrorResult } from 'viem'
import { describe, expect, test } from 'vitest'
import { channelsAbi } from '../../../src/wallet/abi/channels.gen.ts'
import { receiptsAbi } from '../../../src/wallet/abi/receipts.gen.ts'
import { sessionRegistryAbi } from '../../../src/wallet/abi/session-registry.gen.ts'
import { stakeAbi } from '../../../src/wallet/abi/stake.gen.ts'
import { revertDataOf, revertError } from '../../../src/wallet/revert-reason.ts'
import { REVERT_TEXTS } from '../../../src/wallet/revert-texts.ts'

const declared = [channelsAbi, receiptsAbi, sessionRegistryAbi, stakeAbi]
  .flatMap((abi) => abi.flatMap((item) => (item.type === 'error' ? [item.name] : [])))
  // Of constructors and of Solidity's own library: nothing that a person does leads there.
  .filter((name) => !['InvalidShortString', 'StringTooLong', 'CheckpointUnorderedInsertion'].includes(name))

test('every error of the contracts that a person meets has its own sentence and next step', () => {
  expect(declared.length).toBeGreaterThan(30)
  expect(declared.filter((name) => REVERT_TEXTS[name] === undefined)).toEqual([])
})

test('a contract’s error becomes a sentence, and keeps its name for whoever looks into it', () => {
  const data = encodeErrorResult({ abi: channelsAbi, errorName: 'CapExceeded', args: [2n ** 100n] })
  expect(revertError(data)).toMatchObject({
    code: 'chain/reverted',
    message: REVERT_TEXTS['CapExceeded']?.message,
    nextStep: REVERT_TEXTS['CapExceeded']?.nextStep,
    details: { reason: 'CapExceeded' },
  })
})

test.each(['0x', '0xdeadbeef', '0x1626ba7e00'] as const)(
  'what no contract of ours says is a refusal still: %s',
  (data) => {
    const error = revertError(data)
    expect(error).toMatchObject({ code: 'chain/reverted', message: 'The contract refused this transaction.' })
  },
)

describe('the bytes of a revert are found', () => {
  const data = '0x01020304'
  test.each([
    ['where geth puts them', { code: 3, message: 'execution reverted', data }],
    ['one deeper', { code: -32_603, message: 'internal', data: { code: 3, message: 'execution reverted', data } }],
    ['where wallets put them', { code: -32_603, data: { originalError: 1, data } }],
    ['as a cause', new Error('a', { cause: { code: 3, data } })],
  ])('%s', (_, error) => {
    expect(revertDataOf(error)).toBe(data)
  })

  test.each([
    ['in words', { code: -32_000, message: 'execution reverted' }, '0x'],
    ['with nothing', { code: 3, message: 'x', data: '0x' }, '0x'],
    ['not at all', { code: -32_000, message: 'header not found' }, null],
    ['in a megabyte', { code: -32_000, message: 'x', data: `0x${'00'.repeat(500_000)}` }, null],
    ['not in a text', 'execution failed', null],
  ])('%s', (_, error, found) => {
    expect(revertDataOf(error)).toBe(found)
  })
})
