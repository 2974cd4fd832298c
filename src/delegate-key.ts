/** The delegation of this device's key, and the key's own signature under it. Loaded when somebody delegates: it brings viem's hashing. */
import type { SessionKey } from './participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from './protocol/channel/chain-network.ts'
import {
  buildDelegation,
  type DelegationTerms,
  possessionDigest,
  SCOPE_PAY,
  SCOPE_SERVE,
  SCOPE_VERIFY,
} from './protocol/channel/delegation.ts'
import { bytesToHex } from './protocol/hash.ts'
import { DELEGATION_SECONDS } from './stores/index.ts'

export interface KeyWish {
  network: ChainNetwork
  wallet: Address
  /** 0: the key may pay for nothing. */
  cap: bigint
  nowSeconds: number
  origin: string
}

export async function delegationFor(
  key: SessionKey,
  { cap, ...wish }: KeyWish,
): Promise<{ delegation: DelegationTerms; possession: HexBytes }> {
  const delegation = buildDelegation({
    ...wish,
    cap,
    publicKey: key.publicKey,
    scope: SCOPE_SERVE | SCOPE_VERIFY | (cap > 0n ? SCOPE_PAY : 0),
    lifetimeSeconds: DELEGATION_SECONDS,
  })
  const signature = await key.sign(possessionDigest(wish.network, delegation))
  return { delegation, possession: `0x${bytesToHex(signature)}` }
}
