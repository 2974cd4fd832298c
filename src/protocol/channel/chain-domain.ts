import type { Address, ChainNetwork } from './chain-network.ts'

/** EIP-712 domain of one contract: what is signed for it is worth nothing on another chain, or to another contract. */
export interface ChainDomain {
  name: 'Locus'
  version: '1'
  chainId: number
  verifyingContract: Address
}

/** Which of our contracts read what is signed. */
export type SignedContract = 'sessionRegistry' | 'channels' | 'receipts' | 'disputes' | 'committees'

export function chainDomain(
  network: Pick<ChainNetwork, 'chainId' | 'contracts'>,
  contract: SignedContract,
): ChainDomain {
  return { name: 'Locus', version: '1', chainId: network.chainId, verifyingContract: network.contracts[contract] }
}
