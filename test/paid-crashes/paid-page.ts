import type { Chain, HeldVoucher, OwnChannel } from '../../src/participant/ports.ts'

/** Which side of a job somebody is. */
export type Role = 'provider' | 'requester'

/** Plain data: it crosses into the page. */
export interface JobPlan {
  promptIds: number[]
  maxTokens: number
  /** For the requester: whom it asks. */
  providerKey: Uint8Array
}

export interface StoredBook {
  vouchers: HeldVoucher[]
  channels: OwnChannel[]
  /** Records that are there and cannot be read as what they should be. */
  unreadable: number
}

export interface PageOptions {
  role: Role
  /** Of nonces, shares and salts. */
  seed: number
  /** A book that acknowledges and writes nothing: whoever looks for losses must find these. */
  isForgetful: boolean
}

/** What the page lets its driver do: `globalThis.paidPage`. */
export interface PaidPage {
  /** Opens key and book; resolves to the key's public half. */
  open(options: PageOptions): Promise<Uint8Array>
  start(job: number, plan: JobPlan): void
  push(job: number, bytes: Uint8Array): void
  hangUp(job: number): void
  /** How the last job ended. */
  outcome(): Promise<string>
  book(): Promise<StoredBook>
}

/** What it tells its driver as it happens: `globalThis.tellDriver`. */
export type PageEvent =
  | { type: 'bytes'; job: number; bytes: Uint8Array }
  | { type: 'hung-up'; job: number }
  /** Its book has acknowledged this amount, of a voucher or of a promise. */
  | { type: 'kept'; amount: bigint }
  /** A segment has arrived and holds. */
  | { type: 'segment'; tokens: number }

/** What of the chain a job needs; calls cross to the driver, who has it: `globalThis.callChain`. */
export const CHAIN_CALLS = ['session', 'channel', 'account', 'handIn'] as const
export type ChainCall = (typeof CHAIN_CALLS)[number]
export type CallChain = (name: ChainCall, ...args: unknown[]) => Promise<Awaited<ReturnType<Chain[ChainCall]>>>
