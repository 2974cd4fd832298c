import type { Backing, SessionKey } from '../../../src/participant/ports.ts'
import type { Stakes } from '../../../src/participant/stakes.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { type Cell, cellId } from '../../../src/protocol/evidence/cell.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import type { Offer } from '../../../src/protocol/wire/offer.ts'
import { MEMORY_NETWORK } from '../../doubles/memory-chain.ts'
import { scriptedCell } from '../../doubles/scripted-engine.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'

export const NOW_SECONDS = 1_767_225_600

export const CELL = scriptedCell('ab'.repeat(32))
export const OTHER_CELL: Cell = { ...CELL, provider: 'webgpu', vendor: 'other' }
export const CELL_ID = cellId(CELL)

export const keyOf = (seed: number): SessionKey => createSeededSessionKey(seed)

export function walletOf(seed: number): Address {
  return `0x${seed.toString(16).padStart(40, '0')}`
}

/** Of the memory chain's token. */
export const wholeTokens = (count: number): bigint => BigInt(count) * 10n ** 18n

export function backing(wallet: Address, bonded: bigint, changes: Partial<Backing> = {}): Backing {
  const times = { validAfter: NOW_SECONDS - 100, validUntil: NOW_SECONDS + 100, revokedAt: 0 }
  return { wallet, bonded, scope: 7, cap: 0n, ...times, ...changes }
}

export function known(backings: readonly (readonly [SessionKey, Backing])[]): Stakes {
  const byKey = new Map(backings.map(([{ publicKey }, one]) => [bytesToHex(publicKey), one]))
  return { state: 'known', network: MEMORY_NETWORK, backings: byKey }
}

export function offerOf({ publicKey }: SessionKey, cell: Cell = CELL): Offer {
  return {
    version: 2,
    peerId: `peer-${bytesToHex(publicKey).slice(0, 8)}`,
    providerKey: publicKey,
    cell,
    tokensPerSecond: 100,
    contextTokens: 512,
    busy: false,
    price: null,
    expiresAt: NOW_SECONDS * 1_000 + 60_000,
  }
}
