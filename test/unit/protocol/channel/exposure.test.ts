import { expect, test } from 'vitest'
import {
  type ChannelFacts,
  faultOfChannel,
  type SignerFacts,
  voucherLimit,
} from '../../../../src/protocol/channel/exposure.ts'

const PAYER = `0x${'11'.repeat(20)}` as const
const CHANNEL: ChannelFacts = {
  payer: PAYER,
  payeeKey: '0xaa',
  authorizedSigner: '0xbb',
  closeRequestedAt: 0,
  isClosed: false,
}
const SIGNER: SignerFacts = { wallet: PAYER, scope: 7, validUntil: 2_000, revokedAt: 0 }
const OWN = { payeeKey: '0xAA', signerKey: '0xBB', nowSeconds: 1_000, marginSeconds: 600 }

test('a channel that pays us, signed for by a key of its payer’s, is worked for', () => {
  expect(faultOfChannel(CHANNEL, SIGNER, OWN)).toBeNull()
})

test.each<[string, ChannelFacts | null, SignerFacts | null, string]>([
  ['that is not on the chain', null, SIGNER, 'unknown'],
  ['that is closed', { ...CHANNEL, isClosed: true }, SIGNER, 'closed'],
  ['whose payer wants out', { ...CHANNEL, closeRequestedAt: 999 }, SIGNER, 'closing'],
  ['that pays somebody else', { ...CHANNEL, payeeKey: '0xac' }, SIGNER, 'other-payee'],
  ['that another key signs for', { ...CHANNEL, authorizedSigner: '0xbc' }, SIGNER, 'other-signer'],
  ['whose key nobody delegated', CHANNEL, null, 'signer-ended'],
  ['whose key is another wallet’s', CHANNEL, { ...SIGNER, wallet: `0x${'22'.repeat(20)}` }, 'signer-ended'],
  ['whose key may not pay', CHANNEL, { ...SIGNER, scope: 3 }, 'signer-ended'],
  ['whose key is revoked', CHANNEL, { ...SIGNER, revokedAt: 1 }, 'signer-ended'],
  ['whose key ends before the answer is settled', CHANNEL, { ...SIGNER, validUntil: 1_600 }, 'signer-ended'],
])('a channel %s is not', (_what, channel, signer, fault) => {
  expect(faultOfChannel(channel, signer, OWN)).toBe(fault)
})

test('vouchers go as far as the deposit, but only a little beyond what is safe', () => {
  expect(voucherLimit({ deposit: 100n, safeDeposit: 100n, settled: 0n }, 5n)).toBe(100n)
  expect(voucherLimit({ deposit: 100n, safeDeposit: 0n, settled: 0n }, 5n)).toBe(5n)
  expect(voucherLimit({ deposit: 100n, safeDeposit: 60n, settled: 0n }, 5n)).toBe(65n)
  expect(voucherLimit({ deposit: 3n, safeDeposit: 0n, settled: 0n }, 5n)).toBe(3n)
})

test('what is settled was certain enough to be paid', () => {
  expect(voucherLimit({ deposit: 100n, safeDeposit: 0n, settled: 40n }, 5n)).toBe(45n)
})
