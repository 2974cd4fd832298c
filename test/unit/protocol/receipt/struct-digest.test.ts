import fc from 'fast-check'
import { type Hex, hashTypedData, toHex } from 'viem'
import { expect, test } from 'vitest'
import { bytesToHex } from '../../../../src/protocol/hash.ts'
import { structDigester } from '../../../../src/protocol/receipt/struct-digest.ts'

const FIELDS = [
  { name: 'channelId', type: 'bytes32' },
  { name: 'payer', type: 'address' },
  { name: 'index', type: 'uint32' },
  { name: 'amount', type: 'uint128' },
] as const
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const domains = fc.record(
  {
    name: fc.string(),
    version: fc.string(),
    chainId: fc.integer({ min: 1 }),
    verifyingContract: bytes(20).map((address) => toHex(address)),
  },
  { requiredKeys: ['name', 'version'] },
)

test('gives the digest of a general EIP-712 encoder, whatever the domain and the values', () => {
  fc.assert(
    fc.property(
      domains,
      bytes(32),
      bytes(20),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.bigInt(0n, 2n ** 128n - 1n),
      (domain, channelId, payer, index, amount) => {
        const digest = structDigester(domain, { Promise: FIELDS }, 'Promise')
        const message = { channelId: toHex(channelId), payer: toHex(payer), index, amount }
        const general: Hex = hashTypedData({ domain, types: { Promise: FIELDS }, primaryType: 'Promise', message })
        expect(`0x${bytesToHex(digest([channelId, payer, index, amount]))}`).toBe(general)
      },
    ),
  )
})

test('refuses what is no word, and too few of them', () => {
  const digest = structDigester({ name: 'a' }, { One: [{ name: 'x', type: 'uint256' }] }, 'One')
  expect(digest([2n ** 256n - 1n]).length).toBe(32)
  expect(() => digest([2n ** 256n])).toThrow(RangeError)
  expect(() => digest([-1])).toThrow(RangeError)
  expect(() => digest([new Uint8Array(33)])).toThrow(RangeError)
  expect(() => digest([])).toThrow(RangeError)
})
