import type { AnswerPayment } from '../../../src/participant/money-events.ts'
import type { Earnings, StakeTask, Stores } from '../../../src/stores/index.ts'
import {
  CHANNEL_ID,
  channel,
  DEVICE_KEY_ID,
  earnings,
  holdings,
  LAPTOP_KEY_ID,
  NETWORK,
  NOW,
  OLD_KEY_ID,
  OTHER_CHANNEL_ID,
  OTHER_TRANSACTION,
  session,
  TRANSACTION,
  tokens,
  WALLET,
  WALLETS,
} from '../../doubles/sample-money.ts'
import type { Scene } from './scene.ts'

const DAY = 86_400

function site(stores: Stores, isSponsored = true): void {
  stores.stake.apply({
    type: 'site',
    site: { state: 'known', network: NETWORK, isSponsored, hasFaucet: true },
  })
}

function found(stores: Stores, wallets = WALLETS): void {
  site(stores)
  stores.stake.apply({ type: 'wallets', wallets })
  stores.stake.apply({ type: 'device', keyId: DEVICE_KEY_ID, session: null })
  earned(stores, { payee: null, pending: 0n, settled: 0n, channels: [] })
  stores.stake.apply({ type: 'looked', at: NOW, error: null })
}

function earned(stores: Stores, changes: Partial<Earnings> = {}): void {
  stores.stake.apply({ type: 'earnings', earnings: earnings(changes), settleCostWei: null, paying: [] })
}

function connected(stores: Stores): void {
  found(stores)
  stores.stake.apply({ type: 'account', account: { walletId: 'io.rabby', address: WALLET } })
  stores.stake.apply({ type: 'holdings', holdings: holdings({ bonded: 0n, slashable: 0n, locks: [] }), sessions: [] })
}

const ALL_SESSIONS = [
  { keyId: DEVICE_KEY_ID, ...session() },
  { keyId: LAPTOP_KEY_ID, ...session({ scope: 3, cap: 0n, validUntil: NOW + 9 * DAY }) },
  { keyId: OLD_KEY_ID, ...session({ scope: 3, cap: 0n, revokedAt: NOW - 2 * DAY }) },
]

function staked(stores: Stores, changes: Parameters<typeof holdings>[0] = {}): void {
  connected(stores)
  stores.stake.apply({ type: 'device', keyId: DEVICE_KEY_ID, session: session() })
  stores.stake.apply({ type: 'holdings', holdings: holdings(changes), sessions: ALL_SESSIONS })
  stores.stake.apply({
    type: 'earnings',
    earnings: earnings(),
    settleCostWei: null,
    paying: [
      { channelId: CHANNEL_ID, promised: tokens(1, 204), onChain: channel() },
      { channelId: OTHER_CHANNEL_ID, promised: tokens(0, 310), onChain: channel({ closeRequestedAt: NOW - 2 * DAY }) },
    ],
  })
}

function task(stores: Stores, kind: StakeTask['kind'], step: StakeTask['step'], subject: string | null = null): void {
  stores.stake.apply({ type: 'task', task: { kind, subject, step } })
}

export const PAYMENT: AnswerPayment = {
  kind: 'paid',
  channelId: CHANNEL_ID,
  price: { perPromptToken: 500_000_000_000n, perToken: 2_000_000_000_000n },
  spent: 142_000_000_000_000n,
  deposit: tokens(5),
  maxAmount: tokens(0, 50),
}

export const STAKE_SCENES: Scene[] = [
  { name: 'stake-unknown', route: 'stake', play: () => undefined },
  {
    name: 'stake-no-chain',
    route: 'stake',
    play: (stores) => stores.stake.apply({ type: 'site', site: { state: 'none' } }),
  },
  {
    name: 'stake-failed',
    route: 'stake',
    play: (stores) => {
      const error = {
        code: 'chain/unreachable',
        message: 'The chain does not answer.',
        nextStep: 'Check your connection, then try again.',
      } as const
      stores.stake.apply({ type: 'site', site: { state: 'failed', error } })
    },
  },
  { name: 'stake-loading', route: 'stake', play: (stores) => site(stores) },
  { name: 'stake-wallets', route: 'stake', play: (stores) => found(stores) },
  { name: 'stake-no-wallet', route: 'stake', play: (stores) => found(stores, []) },
  { name: 'stake-connected', route: 'stake', play: connected },
  {
    name: 'stake-unsponsored',
    route: 'stake',
    play: (stores) => {
      connected(stores)
      site(stores, false)
      stores.stake.apply({ type: 'holdings', holdings: holdings({ coinWei: 0n }), sessions: [] })
      stores.stake.apply({
        type: 'earnings',
        earnings: earnings(),
        settleCostWei: 81_000_000_000_000n,
        paying: [],
      })
    },
  },
  { name: 'stake', route: 'stake', play: (stores) => staked(stores) },
  {
    name: 'stake-slashed',
    route: 'stake',
    play: (stores) => {
      staked(stores, {
        rewards: tokens(4),
        slashes: [
          { id: '0x01', amount: tokens(62), state: 'waiting', resolveAt: NOW + 2 * DAY },
          { id: '0x02', amount: tokens(70), state: 'slashed', resolveAt: NOW - 9 * DAY },
          { id: '0x03', amount: tokens(12, 5), state: 'released', resolveAt: NOW - 30 * DAY },
        ],
      })
      earned(stores, { channels: earnings().channels.map((each) => ({ ...each, closesAt: NOW + DAY })) })
    },
  },
  {
    name: 'stake-key-ended',
    route: 'stake',
    play: (stores) => {
      staked(stores)
      stores.stake.apply({ type: 'device', keyId: DEVICE_KEY_ID, session: session({ validUntil: NOW - DAY }) })
    },
  },
  {
    name: 'stake-key-owed',
    route: 'stake',
    play: (stores) => {
      connected(stores)
      earned(stores, { payee: null })
    },
  },
  {
    name: 'stake-asking',
    route: 'stake',
    play: (stores) => {
      connected(stores)
      task(stores, 'delegate', { state: 'asking' })
    },
  },
  {
    name: 'stake-declined',
    route: 'stake',
    play: (stores) => {
      staked(stores)
      task(stores, 'stake', { state: 'declined' })
    },
  },
  {
    name: 'stake-refused',
    route: 'stake',
    play: (stores) => {
      staked(stores)
      const error = {
        code: 'chain/reverted',
        message: 'The stake contract takes no deposits right now.',
        nextStep: 'Nothing has left your wallet. Try again later.',
      } as const
      task(stores, 'stake', { state: 'failed', error })
      const unreachable = {
        code: 'chain/unreachable',
        message: 'The chain does not answer, so what is shown here is older.',
        nextStep: 'Nothing to do: it is asked again every few seconds.',
      } as const
      stores.stake.apply({ type: 'looked', at: NOW, error: unreachable })
    },
  },
  {
    name: 'stake-following',
    route: 'stake',
    play: (stores) => {
      staked(stores)
      task(stores, 'stake', { state: 'done' })
      const others = { kind: 'unbond', transaction: OTHER_TRANSACTION, level: 'finalized' } as const
      stores.stake.apply({ type: 'transaction', ...others })
      stores.stake.apply({
        type: 'transaction',
        kind: 'delegate',
        transaction: `0x${'0d'.repeat(32)}`,
        level: 'dropped',
      })
      stores.stake.apply({ type: 'transaction', kind: 'stake', transaction: TRANSACTION, level: 'safe' })
    },
  },
]

export function withChain(stores: Stores): void {
  site(stores)
}
