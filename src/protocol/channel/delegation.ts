import { hashStruct, hashTypedData, keccak256 } from 'viem'
import { bytesToHex, hexToBytes } from '../hash.ts'
import { chainDomain } from './chain-domain.ts'
import type { Address, ChainNetwork, HexBytes } from './chain-network.ts'

/** Bits of a session's scope (contracts/src/Limits.sol). */
export const SCOPE_SERVE = 1
export const SCOPE_VERIFY = 2
export const SCOPE_PAY = 4
const ALL_SCOPES = SCOPE_SERVE | SCOPE_VERIFY | SCOPE_PAY

/** The contract's own bound: renewed by one prompt a month, a stolen key is useless after that. */
export const MAX_SESSION_SECONDS = 30 * 24 * 60 * 60

/** How long what a session key has signed can be held against its wallet, and so paid, after the session has ended (contracts/src/Limits.sol). */
export const DISPUTE_WINDOW_SECONDS = 7 * 24 * 60 * 60

/** A clock that is ahead of the chain's would make a key that is not valid yet; this much is forgiven. */
const CLOCK_SKEW_SECONDS = 5 * 60

/** What a uint128 holds. */
const MAX_AMOUNT = 2n ** 128n - 1n

/** A person reads it in the wallet; longer, it would push what matters off the screen. */
const MAX_ORIGIN_LENGTH = 100

/** EIP-712 shapes; a test holds them against those that the contracts' sources give. */
export const DELEGATION_TYPES = {
  SessionDelegation: [
    { name: 'wallet', type: 'address' },
    { name: 'signer', type: 'bytes' },
    { name: 'scope', type: 'uint32' },
    { name: 'cap', type: 'uint128' },
    { name: 'validAfter', type: 'uint64' },
    { name: 'validUntil', type: 'uint64' },
    { name: 'origin', type: 'string' },
  ],
} as const

export const POSSESSION_TYPES = { SessionPossession: [{ name: 'delegation', type: 'bytes32' }] } as const

/** What a wallet says once about a session key (`ISessionRegistry.Delegation`). */
export interface DelegationTerms {
  wallet: Address
  signer: HexBytes
  scope: number
  cap: bigint
  /** Unix seconds. */
  validAfter: number
  validUntil: number
  /** Where the key lives, for the person who signs. */
  origin: string
}

export interface DelegationWish {
  network: ChainNetwork
  wallet: Address
  /** 64 bytes, raw x ++ y. */
  publicKey: Uint8Array
  /** Bits of the scopes above, at least one. */
  scope: number
  /** What its channels may hold in all, in the token's smallest unit. */
  cap: bigint
  nowSeconds: number
  /** At most `MAX_SESSION_SECONDS`. */
  lifetimeSeconds: number
  origin: string
}

/** ERC-7913 signer of a P-256 key: the verifier's address, x, y. 84 bytes. */
export function signerOf(publicKey: Uint8Array, p256Verifier: Address): HexBytes {
  if (publicKey.length !== 64) throw new RangeError(`a public key has 64 bytes, not ${publicKey.length}`)
  return `0x${p256Verifier.slice(2).toLowerCase()}${bytesToHex(publicKey)}`
}

/** By which contracts know a signer. */
export function keyIdOf(signer: HexBytes): HexBytes {
  return keccak256(signer)
}

/** The delegation that a wallet is asked to sign. Errors: `RangeError` for what the contract would refuse. */
export function buildDelegation(wish: DelegationWish): DelegationTerms {
  const { network, wallet, publicKey, scope, cap, nowSeconds, lifetimeSeconds, origin } = wish
  if (!Number.isInteger(scope) || scope < 1 || scope > ALL_SCOPES) throw new RangeError(`no such scope: ${scope}`)
  if (cap < 0n || cap > MAX_AMOUNT) throw new RangeError('a cap is between 0 and 2^128 - 1')
  if (lifetimeSeconds <= CLOCK_SKEW_SECONDS || lifetimeSeconds > MAX_SESSION_SECONDS) {
    throw new RangeError('a session lasts from some minutes to 30 days')
  }
  if (origin.length > MAX_ORIGIN_LENGTH) throw new RangeError('the origin is too long to be read')
  const validAfter = Math.floor(nowSeconds) - CLOCK_SKEW_SECONDS
  // The bound is on the whole span: what the skew takes at its beginning is missing at its end.
  const validUntil = validAfter + Math.floor(lifetimeSeconds)
  return {
    wallet,
    signer: signerOf(publicKey, network.contracts.p256Verifier),
    scope,
    cap,
    validAfter,
    validUntil,
    origin,
  }
}

/** As EIP-712 libraries take it. */
export function delegationMessage(terms: DelegationTerms) {
  return { ...terms, validAfter: BigInt(terms.validAfter), validUntil: BigInt(terms.validUntil) }
}

/**
 * The 32 bytes that the wallet signs: wallets compute them by themselves, so that only tests need them here.
 * @internal
 */
export function delegationDigest(network: ChainNetwork, terms: DelegationTerms): Uint8Array {
  return bytesOf(
    hashTypedData({
      domain: chainDomain(network, 'sessionRegistry'),
      types: DELEGATION_TYPES,
      primaryType: 'SessionDelegation',
      message: delegationMessage(terms),
    }),
  )
}

/** The 32 bytes that the session key signs, so that nobody delegates to a key that they do not hold: it covers the whole delegation. */
export function possessionDigest(network: ChainNetwork, terms: DelegationTerms): Uint8Array {
  const delegation = hashStruct({
    types: DELEGATION_TYPES,
    primaryType: 'SessionDelegation',
    data: delegationMessage(terms),
  })
  return bytesOf(
    hashTypedData({
      domain: chainDomain(network, 'sessionRegistry'),
      types: POSSESSION_TYPES,
      primaryType: 'SessionPossession',
      message: { delegation },
    }),
  )
}

function bytesOf(hex: HexBytes): Uint8Array {
  return hexToBytes(hex.slice(2))
}
