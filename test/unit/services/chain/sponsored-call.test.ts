import { type Abi, encodeFunctionData, type Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { whyNotSponsored } from '../../../../services/chain/sponsored-call.ts'
import type { Address } from '../../../../src/protocol/channel/chain-network.ts'
import { channelsAbi } from '../../../../src/wallet/abi/channels.gen.ts'
import { receiptsAbi } from '../../../../src/wallet/abi/receipts.gen.ts'
import { sessionRegistryAbi } from '../../../../src/wallet/abi/session-registry.gen.ts'
import { stakeAbi } from '../../../../src/wallet/abi/stake.gen.ts'
import { testTokenAbi } from '../../../../src/wallet/abi/test-token.gen.ts'
import { address, SAMPLE_NETWORK } from '../../wallet/sample-network.ts'

const { contracts, token } = SAMPLE_NETWORK
const [payer, somebody] = [address(0x51), address(0x52)]
const hash = `0x${'ab'.repeat(32)}` as const

function data(abi: Abi, functionName: string, args: readonly unknown[] = []): Hex {
  return encodeFunctionData({ abi, functionName, args })
}
const why = (to: Address, call: Hex) => whyNotSponsored(SAMPLE_NETWORK, payer, { to, data: call })

const permit = (spender: Address): Hex => data(testTokenAbi, 'permit', [somebody, spender, 7n, 9n, 27, hash, hash])
const delegate = (wallet: Address): Hex => {
  const terms = { wallet, signer: '0x01', scope: 1, cap: 2n, validAfter: 3n, validUntil: 4n, origin: 'here' }
  return data(sessionRegistryAbi, 'delegate', [terms, '0x02', '0x03'])
}
const settlement = { channelId: hash, cumulativeAmount: 5n, signer: '0x01', signature: '0x02' }
const batch = (participant: Address) => ({
  participant,
  kind: 1,
  epoch: 2n,
  root: hash,
  count: 3,
  total: 4n,
  snapshotBlock: 5n,
})

describe('what anybody may hand in', () => {
  test.each<[string, Address, Hex]>([
    ['a delegation', contracts.sessionRegistry, delegate(somebody)],
    ['a stake with its permit', contracts.stake, data(stakeAbi, 'stakeWithPermit', [somebody, 7n, 9n, 27, hash, hash])],
    ['a permit for payments', token.address, permit(contracts.channels)],
    [
      'a channel opened by its session key',
      contracts.channels,
      data(channelsAbi, 'openBySession', [somebody, hash, hash, 7n, '0x01', '0x02']),
    ],
    ['and topped up by it', contracts.channels, data(channelsAbi, 'topUpBySession', [hash, 7n, '0x01', '0x02'])],
    ['a settlement', contracts.channels, data(channelsAbi, 'settle', [settlement])],
    ['many of them', contracts.channels, data(channelsAbi, 'settleMany', [[settlement, settlement]])],
    ['a commitment', contracts.receipts, data(receiptsAbi, 'commit', [batch(somebody), '0x', '0x02'])],
    ['many of them', contracts.receipts, data(receiptsAbi, 'commitMany', [[batch(somebody)], ['0x'], ['0x02']])],
  ])('%s', (_what, to, call) => {
    expect(why(to, call)).toBeNull()
    expect(why(to.toUpperCase().replace('0X', '0x') as Address, call)).toBeNull()
  })
})

describe('what is not handed in', () => {
  test.each<[string, Address, Hex]>([
    ['a permit for somebody else', token.address, permit(somebody)],
    ['a transfer', token.address, data(testTokenAbi, 'transfer', [somebody, 1n])],
    ['test money, which the faucet gives', token.address, data(testTokenAbi, 'drip', [somebody])],
    ['an approval', token.address, data(testTokenAbi, 'approve', [somebody, 1n])],
    ['a withdrawal', contracts.stake, data(stakeAbi, 'withdraw')],
    ['a call to a contract that is not in the list', contracts.parameters, permit(contracts.channels)],
    ['a call of one contract to another', contracts.receipts, permit(contracts.channels)],
    ['a call of nobody’s', somebody, delegate(somebody)],
    ['no call at all', contracts.stake, '0x'],
    ['half of one', contracts.sessionRegistry, delegate(somebody).slice(0, 200) as Hex],
    ['more than one', token.address, `${permit(contracts.channels)}00`],
  ])('%s', (_what, to, call) => {
    expect(why(to, call)).not.toBeNull()
  })

  test('what the payer would say of itself, for which the contracts ask no signature', () => {
    expect(why(contracts.sessionRegistry, delegate(payer))).toContain('pays')
    const commit = data(receiptsAbi, 'commitMany', [
      [batch(somebody), batch(payer)],
      ['0x', '0x'],
      ['0x', '0x'],
    ])
    expect(why(contracts.receipts, commit)).toContain('pays')
  })
})
