import type { Address } from './chain-network.ts'
import { SCOPE_PAY } from './delegation.ts'

/** What a payee reads of a channel before it works for it; amounts as on the chain at that finality, 0 where the channel is not there yet. */
export interface ChannelBacking {
  /** At the newest block. */
  deposit: bigint
  /** At the newest block that a reorganisation would need a quorum for. */
  safeDeposit: bigint
  settled: bigint
}

/**
 * How far vouchers of this channel may go: its deposit, but a deposit that a reorganisation could still undo only by `allowance`. What is
 * beyond it is not served, so a deposit that vanishes costs the payee no more than that.
 */
export function voucherLimit({ deposit, safeDeposit, settled }: ChannelBacking, allowance: bigint): bigint {
  const certain = safeDeposit > settled ? safeDeposit : settled
  const stretched = certain + allowance
  return stretched < deposit ? stretched : deposit
}

/** Why a payee does not work for this channel; null if it does. */
export type ChannelFault = 'unknown' | 'closed' | 'closing' | 'other-payee' | 'other-signer' | 'signer-ended' | null

export interface ChannelFacts {
  payer: Address
  payeeKey: string
  authorizedSigner: string
  closeRequestedAt: number
  isClosed: boolean
}

export interface SignerFacts {
  wallet: Address
  scope: number
  validUntil: number
  revokedAt: number
}

/**
 * Judges a channel as its payee: it must pay us, be signed for by a key of its payer's that is not about to end, and nobody may have asked to
 * close it. Times in Unix seconds; `marginSeconds` is how long an answer and its settlement may take.
 */
export function faultOfChannel(
  channel: ChannelFacts | null,
  signer: SignerFacts | null,
  own: { payeeKey: string; signerKey: string; nowSeconds: number; marginSeconds: number },
): ChannelFault {
  if (channel === null) return 'unknown'
  if (channel.isClosed) return 'closed'
  if (channel.closeRequestedAt !== 0) return 'closing'
  if (channel.payeeKey.toLowerCase() !== own.payeeKey.toLowerCase()) return 'other-payee'
  if (channel.authorizedSigner.toLowerCase() !== own.signerKey.toLowerCase()) return 'other-signer'
  const isActive =
    signer !== null &&
    signer.wallet.toLowerCase() === channel.payer.toLowerCase() &&
    (signer.scope & SCOPE_PAY) !== 0 &&
    signer.revokedAt === 0 &&
    signer.validUntil > own.nowSeconds + own.marginSeconds
  return isActive ? null : 'signer-ended'
}
