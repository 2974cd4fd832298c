import type { Earnings } from '../../src/participant/money-events.ts'
import type { AccountState, ChannelState, SessionState, WalletChoice } from '../../src/participant/money-ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../../src/protocol/channel/chain-network.ts'

/** Values of the shapes and sizes that chain, wallet and participant give. */
export const WALLET: Address = '0x8ba1f109551bD432803012645Ac136ddd64DBA72'
export const OTHER_WALLET: Address = '0x2546BcD3c84621e976D8185a91A922aE77ECEc30'
export const DEVICE_KEY_ID: HexBytes = `0x${'6b'.repeat(32)}`
export const LAPTOP_KEY_ID: HexBytes = `0x${'91'.repeat(32)}`
export const OLD_KEY_ID: HexBytes = `0x${'07'.repeat(32)}`
export const CHANNEL_ID: HexBytes = `0x${'c4'.repeat(32)}`
export const OTHER_CHANNEL_ID: HexBytes = `0x${'3d'.repeat(32)}`
export const TRANSACTION: HexBytes = `0x${'e1'.repeat(32)}`
export const OTHER_TRANSACTION: HexBytes = `0x${'f2'.repeat(32)}`

/** 21 September 2026. */
export const NOW = 1_790_000_000
const DAY = 86_400

const TOKEN = 10n ** 18n

/** Tokens in their smallest unit. */
export function tokens(whole: number, thousandths = 0): bigint {
  return BigInt(whole) * TOKEN + (BigInt(thousandths) * TOKEN) / 1_000n
}

function contract(byte: string): Address {
  return `0x${byte.repeat(20)}`
}

export const NETWORK: ChainNetwork = {
  chainId: 31_337,
  name: 'Locus local chain',
  isTest: true,
  token: { address: contract('a0'), symbol: 'LOC', decimals: 18 },
  contracts: {
    p256Verifier: contract('a1'),
    sessionRegistry: contract('a2'),
    parameters: contract('a3'),
    stake: contract('a4'),
    channels: contract('a5'),
    receipts: contract('a6'),
    disputes: contract('a7'),
    committees: contract('a8'),
  },
}

/** One blue square, as a wallet would draw itself. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 32 32%22%3E%3Crect width=%2232%22 height=%2232%22 rx=%228%22 fill=%22%233b6fd4%22/%3E%3C/svg%3E'

export const WALLETS: WalletChoice[] = [
  { id: 'io.rabby', name: 'Rabby Wallet', icon: ICON, isTest: false },
  { id: 'io.metamask', name: 'MetaMask', icon: null, isTest: false },
  { id: 'test', name: 'Test wallet', icon: null, isTest: true },
]

export function session(changes: Partial<SessionState> = {}): SessionState {
  return {
    wallet: WALLET,
    scope: 7,
    validAfter: NOW - 3 * DAY,
    validUntil: NOW + 27 * DAY,
    revokedAt: 0,
    cap: tokens(25),
    ...changes,
  }
}

export function holdings(changes: Partial<AccountState> = {}): AccountState {
  return {
    wallet: WALLET,
    coinWei: 42_000_000_000_000_000n,
    balance: tokens(1_250, 500),
    payAllowance: tokens(20),
    bonded: tokens(500),
    slashable: tokens(620),
    locks: [
      { amount: tokens(100), unlockAt: NOW + 5 * DAY },
      { amount: tokens(20), unlockAt: NOW - DAY },
    ],
    slashes: [],
    rewards: 0n,
    blockTime: NOW,
    ...changes,
  }
}

export function earnings(changes: Partial<Earnings> = {}): Earnings {
  const pending = changes.pending ?? tokens(3, 482)
  return {
    pending,
    claimable: changes.payee === null ? 0n : pending,
    settled: tokens(11, 20),
    channels: [
      {
        channelId: CHANNEL_ID,
        payer: OTHER_WALLET,
        payee: WALLET,
        promised: tokens(3, 482),
        settled: 0n,
        closesAt: null,
      },
    ],
    freeTokens: 48_210,
    unsettledReceipts: 37,
    payee: WALLET,
    ...changes,
  }
}

export function channel(changes: Partial<ChannelState> = {}): ChannelState {
  return {
    payer: WALLET,
    payeeKey: `0x${'5e'.repeat(32)}`,
    authorizedSigner: DEVICE_KEY_ID,
    deposit: tokens(5),
    settled: 0n,
    closeRequestedAt: 0,
    challengeSeconds: DAY,
    isClosed: false,
    ...changes,
  }
}
