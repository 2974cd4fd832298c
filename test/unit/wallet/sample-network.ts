import type { Address, ChainNetwork } from '../../../src/protocol/channel/chain-network.ts'

/** A chain of nobody's, for what needs no contract behind it. */
export const SAMPLE_NETWORK: ChainNetwork = {
  chainId: 84_532,
  name: 'Base Sepolia',
  isTest: true,
  token: { address: address(0x70), symbol: 'tLOCUS', decimals: 18 },
  contracts: {
    p256Verifier: address(0xa1),
    sessionRegistry: address(0xa2),
    parameters: address(0xa3),
    stake: address(0xa4),
    channels: address(0xa5),
    receipts: address(0xa6),
    disputes: address(0xa7),
    committees: address(0xa8),
  },
}

export function address(number: number): Address {
  return `0x${number.toString(16).padStart(40, '0')}`
}
