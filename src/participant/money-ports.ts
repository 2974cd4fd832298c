/**
 * The chain and the wallet, as a participant and its page need them. `ports.ts` gives these on, with all other ports.
 * Amounts are bigints in the token's smallest unit, at most 2¹²⁸ − 1; keys are 64 bytes, raw x ++ y of P-256; times are Unix seconds.
 */
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import type { Unsubscribe } from './ports.ts'

// ---------------------------------------------------------------- what the chain knows

/** How sure it is that a block stays: in a block; in one that a reorganisation would need a quorum for; in one that is final. */
export type Finality = 'seen' | 'safe' | 'finalized'

/** Who stands behind a session key (`ISessionRegistry`). */
export interface SessionState {
  wallet: Address
  scope: number
  validAfter: number
  validUntil: number
  /** 0: not revoked. */
  revokedAt: number
  /** What its channels may hold in all. */
  cap: bigint
}

/** Who stands behind a session key, whatever became of the session, and with how much. */
export interface Backing extends SessionState {
  /** Bonded by the wallet at the newest *safe* block: what a reorganisation can undo weighs nothing. */
  bonded: bigint
}

/** One payment channel (`IChannels`). */
export interface ChannelState {
  payer: Address
  /** keccak256 of the ERC-7913 signer of whoever is paid. */
  payeeKey: HexBytes
  /** keccak256 of the ERC-7913 signer of its vouchers. */
  authorizedSigner: HexBytes
  deposit: bigint
  settled: bigint
  /** 0: nobody asked. */
  closeRequestedAt: number
  challengeSeconds: number
  isClosed: boolean
}

export interface StakeLock {
  amount: bigint
  unlockAt: number
}

/** A proven slash of one wallet (`IStake`). */
export interface SlashState {
  id: HexBytes
  amount: bigint
  state: 'waiting' | 'slashed' | 'released'
  resolveAt: number
}

/** Everything that a wallet has here. */
export interface AccountState {
  wallet: Address
  /** Of the chain's own coin, in wei. */
  coinWei: bigint
  balance: bigint
  /** What the wallet lets Channels take. */
  payAllowance: bigint
  bonded: bigint
  /** Bonded and unbonding: what a slash reaches. */
  slashable: bigint
  /** Those with an amount. */
  locks: StakeLock[]
  slashes: SlashState[]
  rewards: bigint
  /** Of the chain's newest block, which unlock dates are compared with. */
  blockTime: number
}

export interface SessionDelegation {
  wallet: Address
  /** ERC-7913. */
  signer: HexBytes
  scope: number
  cap: bigint
  validAfter: number
  validUntil: number
  origin: string
}

/** A P-256 signature over a chain message, with the ERC-7913 signer that made it. */
export interface SignedBySession {
  signer: HexBytes
  signature: HexBytes
}

export interface Settlement extends SignedBySession {
  channelId: HexBytes
  cumulativeAmount: bigint
}

export interface ReceiptBatch {
  participant: Address
  kind: number
  epoch: number
  root: HexBytes
  count: number
  total: bigint
  snapshotBlock: number
}

export interface Permit {
  owner: Address
  amount: bigint
  deadline: bigint
  /** 65 bytes. */
  signature: HexBytes
}

/** What anybody may hand in, because nothing depends on who does. */
export type HandIn =
  | { kind: 'delegate'; delegation: SessionDelegation; walletSignature: HexBytes; possession: HexBytes }
  | { kind: 'stake'; permit: Permit }
  /** Lets Channels take up to the permit's amount from its owner. */
  | { kind: 'allow-payments'; permit: Permit }
  | {
      kind: 'open-channel'
      payer: Address
      payeeKey: HexBytes
      salt: HexBytes
      amount: bigint
      signed: SignedBySession
    }
  /** `deposit`: what the channel holds in all afterwards. */
  | { kind: 'top-up'; channelId: HexBytes; deposit: bigint; signed: SignedBySession }
  | { kind: 'settle'; settlements: Settlement[] }
  | { kind: 'commit'; batch: ReceiptBatch; walletSignature: HexBytes }

/** Reads and transactions that need no account of ours. Errors: every `chain/*` code. */
export interface Chain {
  readonly network: ChainNetwork
  /** True: the site hands in for us, and no wallet has to pay for it. */
  readonly isSponsored: boolean
  session(publicKey: Uint8Array): Promise<SessionState | null>
  /** The same of a key of which only its id is known. */
  sessionById(keyId: HexBytes): Promise<SessionState | null>
  /** Every session key that the wallet ever delegated to, newest first, with its keyId. */
  sessionsOf(wallet: Address): Promise<(SessionState & { keyId: HexBytes })[]>
  /** Of many keys at once, in their order; null behind which no wallet ever stood. In two rounds of requests. */
  backings(publicKeys: readonly Uint8Array[], signal?: AbortSignal): Promise<(Backing | null)[]>
  /** As the newest block has it, or one of that finality. */
  channel(channelId: HexBytes, finality?: Finality): Promise<ChannelState | null>
  account(wallet: Address): Promise<AccountState>
  /** Gas of settling so many channels at once, in wei at today's price. */
  settleCostWei(channels: number): Promise<bigint>
  /** A block of the recent past, for snapshots. */
  blockNumber(): Promise<number>
  /** Of the newest block: what contracts go by. */
  blockTime(): Promise<number>
  /** Resolves when it is in a block. Errors: `chain/reverted`, `chain/unreachable`, `chain/no-sponsor`. */
  handIn(call: HandIn, signal?: AbortSignal): Promise<{ transaction: HexBytes }>
  /**
   * Tells the levels that a transaction reaches, and `dropped` when a reorganisation has taken it out and it did not come back within some
   * blocks; it may come back after that. Undo it when done.
   */
  watch(transaction: HexBytes, listener: (level: Finality | 'pending' | 'dropped') => void): Unsubscribe
  /** Calls back after every block that changes something of this wallet's. */
  onChange(wallet: Address, listener: () => void): Unsubscribe
}

// ---------------------------------------------------------------- what this device remembers

/** The highest voucher that one channel's payer has signed for us. Byte lengths as in `PaymentTerms`. */
export interface HeldVoucher {
  chainId: number
  channels: Uint8Array
  channelId: Uint8Array
  /** The payer's session key, 64 bytes. */
  payerKey: Uint8Array
  cumulativeAmount: bigint
  /** 64 bytes, low s. */
  signature: Uint8Array
  /** The highest one within what no reorganisation takes back of the deposit; null: there was none. */
  certain: { cumulativeAmount: bigint; signature: Uint8Array } | null
}

/** A channel that we pay with. */
export interface OwnChannel {
  chainId: number
  channels: Uint8Array
  channelId: Uint8Array
  payer: Address
  /** The payee's session key, 64 bytes. */
  payeeKey: Uint8Array
  salt: Uint8Array
  /** By the highest voucher that we may have sent. */
  promised: bigint
  /** As last seen. */
  deposit: bigint
}

/** A receipt that no settlement covers yet. */
export interface ServedReceipt {
  /** 32 bytes. */
  digest: Uint8Array
  tokens: number
  isFree: boolean
}

/** Money that would be lost with it: what resolves survives a power cut. Errors: `storage/*`. */
export interface MoneyBook {
  /**
   * Of two vouchers of one channel the higher one stays, and beside it the highest of all that promise at most `certain`: what no reorganisation
   * takes back of the deposit today.
   */
  keepVoucher(voucher: Omit<HeldVoucher, 'certain'>, certain: bigint): Promise<void>
  vouchers(): Promise<HeldVoucher[]>
  /** Never lowers what is promised on it. */
  keepChannel(channel: OwnChannel): Promise<void>
  /**
   * Adds to what is promised on a channel of ours, in one step whatever other pages of this device do. Resolves to the sum; null, and nothing is added,
   * if that is more than `deposit`.
   */
  promise(channelId: Uint8Array, amount: bigint, deposit: bigint): Promise<bigint | null>
  channels(): Promise<OwnChannel[]>
  addReceipt(receipt: ServedReceipt): Promise<void>
  /** Those that no settlement covers. */
  receipts(): Promise<ServedReceipt[]>
  /** Of all that was ever answered for nothing. */
  freeTokens(): Promise<number>
  /** A settlement covers these. */
  settle(digests: readonly Uint8Array[]): Promise<void>
}

/** Whether a P-256 key (raw x ++ y) has signed SHA-256 of a digest, low s: `isSignedBy`, by the browser's own code, which is ten times as fast. */
export type VerifySignature = (publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array) => Promise<boolean>

// ---------------------------------------------------------------- the wallet

/** One wallet that announced itself to the page (EIP-6963). */
export interface WalletChoice {
  id: string
  name: string
  /** A data: URI; null where it was none. */
  icon: string | null
  /** A key that this page made for trying, worth nothing. */
  isTest: boolean
}

/** What came of asking a person. "No" is an answer, not an error. */
export type Asked<T> = { outcome: 'done'; value: T } | { outcome: 'declined' }

export interface WalletAccount {
  walletId: string
  address: Address
}

/** The person's wallet. Every method asks at most once for each prompt its comment names. Errors: every `wallet/*` and `chain/*` code. */
export interface Wallet {
  /** Called at once with those known, and again with every newcomer. */
  onChoices(listener: (choices: WalletChoice[]) => void): Unsubscribe
  /** Called at once; null while none is connected. Also when the person switches accounts in the wallet. */
  onAccount(listener: (account: WalletAccount | null) => void): Unsubscribe
  /** One prompt: may this page see the address. */
  connect(walletId: string): Promise<Asked<WalletAccount>>
  disconnect(): void
  /** Switches the wallet to the right chain where needed, then one prompt: the delegation. */
  signDelegation(delegation: SessionDelegation): Promise<Asked<HexBytes>>
  /** One prompt: a permit of exactly this amount for one contract. */
  signPermit(spender: Address, amount: bigint): Promise<Asked<Permit>>
  /** One prompt: the receipts behind one settlement. */
  signBatch(batch: ReceiptBatch): Promise<Asked<HexBytes>>
  /** Transactions of the wallet's own; one prompt each, resolved when in a block. */
  send(call: WalletCall): Promise<Asked<{ transaction: HexBytes }>>
}

export type WalletCall =
  /** Approval of exactly the amount, and the stake: in one prompt where the wallet can batch (EIP-5792), else in two. */
  | { kind: 'stake'; amount: bigint }
  | { kind: 'unbond'; amount: bigint }
  | { kind: 'withdraw' }
  | { kind: 'claim-reward' }
  | { kind: 'revoke'; keyId: HexBytes }
  | { kind: 'request-close'; channelId: HexBytes }
  | { kind: 'finalize-close'; channelId: HexBytes }
  /** What a sponsor would have handed in, where there is none. */
  | { kind: 'hand-in'; call: HandIn }
