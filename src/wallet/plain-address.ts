import type { Address } from '../protocol/channel/chain-network.ts'

/** In lower case: an address in mixed case carries a checksum, which viem demands and strangers get wrong. */
export function plainAddress(address: Address): Address {
  return `0x${address.slice(2).toLowerCase()}`
}

export function isSameAddress(a: Address, b: Address): boolean {
  return plainAddress(a) === plainAddress(b)
}
