import type { Earnings } from '../participant/money-events.ts'
import type {
  AccountState,
  ChannelState,
  Finality,
  SessionState,
  WalletAccount,
  WalletChoice,
} from '../participant/money-ports.ts'
import type { ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import type { ErrorData } from '../protocol/errors.ts'
import { type BackingInput, type Backings, foldBackings } from './backing.ts'

/** Which chain whoever serves this page has named, if any. */
export type StakeSite =
  | { state: 'unknown' }
  | { state: 'none' }
  /** `isSponsored`: it pays for what it hands in. */
  | { state: 'known'; network: ChainNetwork; isSponsored: boolean; hasFaucet: boolean }
  | { state: 'failed'; error: ErrorData }

export type WalletSession = SessionState & { keyId: HexBytes }

/** A channel that this device pays from. */
export interface PayingChannel {
  channelId: HexBytes
  /** By the highest voucher given. */
  promised: bigint
  /** Null: the chain does not know it yet. */
  onChain: ChannelState | null
}

/** What somebody pressed for. */
export type StakeTaskKind =
  | 'connect'
  | 'test-money'
  | 'delegate'
  | 'revoke'
  | 'stake'
  | 'unbond'
  | 'withdraw'
  | 'claim-reward'
  | 'allow-payments'
  | 'request-close'
  | 'finalize-close'
  | 'settle'
  | 'renew-key'

/** One press, from its first moment to its end. One at a time: a wallet shows one prompt. */
export interface StakeTask {
  kind: StakeTaskKind
  /** The key, channel or wallet it is about, where there are several. */
  subject: string | null
  step: StakeStep
}

export type StakeStep =
  | { state: 'preparing' }
  /** The wallet shows its prompt. */
  | { state: 'asking' }
  /** On its way into a block. */
  | { state: 'sending' }
  | { state: 'done' }
  | { state: 'declined' }
  /** There was nothing to do. */
  | { state: 'nothing' }
  | { state: 'failed'; error: ErrorData }

export type TransactionLevel = 'pending' | Finality | 'dropped'

/** A transaction of this visit, and how sure it is by now. */
export interface FollowedTransaction {
  kind: StakeTaskKind
  transaction: HexBytes
  level: TransactionLevel
}

export interface StakeModel {
  site: StakeSite
  /** Null until wallets and chain are loaded. */
  wallets: readonly WalletChoice[] | null
  account: WalletAccount | null
  /** Of the account; null until the chain has said. */
  holdings: AccountState | null
  /** Keys that the account ever delegated to, newest first. */
  sessions: readonly WalletSession[] | null
  /** This device's key; its session is null where no wallet stands behind it. */
  device: { keyId: HexBytes; session: SessionState | null } | null
  earnings: Earnings | null
  /** Gas of settling now, in wei; null where nobody has to pay it, or it is not known. */
  settleCostWei: bigint | null
  paying: readonly PayingChannel[]
  /** Why the last look at the chain failed; what is shown is older. */
  staleBecause: ErrorData | null
  /** Unix seconds of the last look; what has a date is compared with it. */
  asOf: number
  task: StakeTask | null
  /** Newest first. */
  transactions: readonly FollowedTransaction[]
  /** What stands behind the keys of answers that somebody looked into. */
  backings: Backings
}

export type StakeInput =
  | { type: 'site'; site: StakeSite }
  | { type: 'wallets'; wallets: readonly WalletChoice[] }
  | { type: 'account'; account: WalletAccount | null }
  /** Of that wallet, which may be another than the one connected by now. */
  | { type: 'holdings'; holdings: AccountState; sessions: readonly WalletSession[] }
  | { type: 'device'; keyId: HexBytes; session: SessionState | null }
  | { type: 'earnings'; earnings: Earnings; settleCostWei: bigint | null; paying: readonly PayingChannel[] }
  | { type: 'looked'; at: number; error: ErrorData | null }
  | { type: 'task'; task: StakeTask }
  | ({ type: 'transaction' } & FollowedTransaction)
  | BackingInput

export const INITIAL_STAKE: StakeModel = {
  site: { state: 'unknown' },
  wallets: null,
  account: null,
  holdings: null,
  sessions: null,
  device: null,
  earnings: null,
  settleCostWei: null,
  paying: [],
  staleBecause: null,
  asOf: 0,
  task: null,
  transactions: [],
  backings: {},
}

export function foldStake(model: StakeModel, input: StakeInput): StakeModel {
  switch (input.type) {
    case 'site':
      return { ...model, site: input.site }
    case 'wallets':
      return { ...model, wallets: input.wallets }
    case 'account':
      return withAccount(model, input.account)
    case 'holdings': {
      const { holdings, sessions } = input
      return isSame(holdings.wallet, model.account?.address) ? { ...model, holdings, sessions } : model
    }
    case 'device':
      return { ...model, device: { keyId: input.keyId, session: input.session } }
    case 'earnings':
      return { ...model, earnings: input.earnings, settleCostWei: input.settleCostWei, paying: input.paying }
    case 'looked':
      return { ...model, asOf: input.at, staleBecause: input.error }
    case 'task':
      return { ...model, task: input.task }
    case 'transaction':
      return { ...model, transactions: followed(model.transactions, input) }
    case 'looking-behind':
    case 'behind':
    case 'not-behind':
      return { ...model, backings: foldBackings(model.backings, input) }
    default:
      return input satisfies never
  }
}

/** True while a press is being dealt with, so that another one does nothing. */
export function isBusy(task: StakeTask | null): boolean {
  const state = task?.step.state
  return state === 'preparing' || state === 'asking' || state === 'sending'
}

/** What one wallet has says nothing of another. */
function withAccount(model: StakeModel, account: WalletAccount | null): StakeModel {
  const isOther = !isSame(account?.address, model.account?.address)
  return isOther ? { ...model, account, holdings: null, sessions: null } : { ...model, account }
}

/** Addresses are hex in any case. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase()
}

function followed(
  all: readonly FollowedTransaction[],
  { kind, transaction, level }: FollowedTransaction,
): readonly FollowedTransaction[] {
  const next = { kind, transaction, level }
  const isNew = !all.some((each) => each.transaction === transaction)
  return isNew ? [next, ...all] : all.map((each) => (each.transaction === transaction ? next : each))
}
