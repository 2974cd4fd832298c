import { encodeAbiParameters, hashTypedData, keccak256, toHex } from 'viem'
import { expect, test } from 'vitest'
import {
  CHANNEL_TYPES,
  channelIdOf,
  openDigest,
  topUpDigest,
  voucherDigest,
} from '../../../../src/protocol/channel/channel-messages.ts'
import { hex } from '../../../../src/protocol/receipt/typed-data.ts'
import { CHAIN_TYPES } from '../../../../src/wallet/abi/typed-data.gen.ts'
import { filled } from '../sample-values.ts'

const PLACE = { chainId: 31_337, channels: filled(20, 0xa5) }
const DOMAIN = { name: 'Locus', version: '1', chainId: 31_337, verifyingContract: hex(filled(20, 0xa5)) } as const
const ID = filled(32, 7)
const AMOUNT = 2n ** 100n + 1n

test('the types are those of the contracts', () => {
  const { Voucher, ChannelOpen, ChannelTopUp } = CHAIN_TYPES
  expect(CHANNEL_TYPES).toEqual({ Voucher, ChannelOpen, ChannelTopUp })
})

test('every digest is the one of a general EIP-712 encoder', () => {
  const general = (primaryType: keyof typeof CHANNEL_TYPES, message: Record<string, unknown>) =>
    hashTypedData({ domain: DOMAIN, types: CHANNEL_TYPES, primaryType, message: message as never })
  const open = { payer: filled(20, 1), payeeKey: filled(32, 2), salt: filled(32, 3), amount: AMOUNT }
  const { amount, payer, payeeKey, salt } = open
  expect(hex(voucherDigest(PLACE, ID, AMOUNT))).toBe(
    general('Voucher', { channelId: hex(ID), cumulativeAmount: AMOUNT }),
  )
  expect(hex(topUpDigest(PLACE, ID, AMOUNT))).toBe(general('ChannelTopUp', { channelId: hex(ID), deposit: AMOUNT }))
  expect(hex(openDigest(PLACE, open))).toBe(
    general('ChannelOpen', { payer: hex(payer), payeeKey: hex(payeeKey), salt: hex(salt), amount }),
  )
})

test('a voucher holds on one chain, for one contract and one channel', () => {
  const digests = [
    voucherDigest(PLACE, ID, AMOUNT),
    voucherDigest({ ...PLACE, chainId: 1 }, ID, AMOUNT),
    voucherDigest({ ...PLACE, channels: filled(20, 0xa6) }, ID, AMOUNT),
    voucherDigest(PLACE, filled(32, 8), AMOUNT),
    voucherDigest(PLACE, ID, AMOUNT + 1n),
    topUpDigest(PLACE, ID, AMOUNT),
  ]
  expect(new Set(digests.map((digest) => hex(digest))).size).toBe(digests.length)
})

test('strangers who name a thousand places do not change what is signed at ours', () => {
  const before = voucherDigest(PLACE, ID, 1n)
  for (let chainId = 1; chainId < 1_000; chainId++) voucherDigest({ ...PLACE, chainId }, ID, 1n)
  expect(voucherDigest(PLACE, ID, 1n)).toEqual(before)
})

test('a channel is called what the contract will call it', () => {
  const token = filled(20, 0x70)
  const channel = { payer: filled(20, 1), payeeKey: filled(32, 2), signerKey: filled(32, 3), salt: filled(32, 4) }
  const words = [PLACE.channels, token, channel.payer].map((word) => toHex(word))
  const encoded = encodeAbiParameters(
    ['uint256', 'address', 'address', 'address', 'bytes32', 'bytes32', 'bytes32'].map((type) => ({ type })),
    [31_337n, ...words, hex(channel.payeeKey), hex(channel.signerKey), hex(channel.salt)] as never,
  )
  expect(hex(channelIdOf({ ...PLACE, token }, channel))).toBe(keccak256(encoded))
})
