import type { Address } from '../protocol/channel/chain-network.ts'

/** What a wallet needs to know of a chain before it can switch to it (EIP-3085). Contracts are not here: whoever serves the page names them. */
export interface ChainPreset {
  chainId: number
  name: string
  /** The chain's own coin, which fees are paid in. */
  coin: { name: string; symbol: string; decimals: number }
  /** Null: whatever the page's own address is. */
  rpcUrl: string | null
  explorerUrl: string | null
  isTest: boolean
  /** Where an OP Stack chain tells its fee for data; none on others. */
  l1FeeOracle?: Address
}

const ETHER = { name: 'Ether', symbol: 'ETH', decimals: 18 }

/** A predeploy of every OP Stack chain: https://specs.optimism.io/protocol/predeploys.html. */
const OP_STACK_FEE_ORACLE: Address = '0x420000000000000000000000000000000000000F'

export const CHAIN_PRESETS = {
  /** Anvil's and Hardhat's number. */
  local: {
    chainId: 31_337,
    name: 'Locus local chain',
    coin: ETHER,
    rpcUrl: null,
    explorerUrl: null,
    isTest: true,
  },
  /** https://docs.base.org/base-chain/quickstart/connecting-to-base; viem/chains says the same. */
  base: {
    chainId: 8_453,
    name: 'Base',
    coin: ETHER,
    rpcUrl: 'https://mainnet.base.org',
    explorerUrl: 'https://basescan.org',
    isTest: false,
    l1FeeOracle: OP_STACK_FEE_ORACLE,
  },
  baseSepolia: {
    chainId: 84_532,
    name: 'Base Sepolia',
    coin: ETHER,
    rpcUrl: 'https://sepolia.base.org',
    explorerUrl: 'https://sepolia.basescan.org',
    isTest: true,
    l1FeeOracle: OP_STACK_FEE_ORACLE,
  },
  /**
   * RPC and explorer as github.com/OpenGradient/typescript-sdk has them (src/defaults.ts); the number as those who build on it name it. Its operators
   * have changed numbers before: a wallet refuses to add a chain whose server says another one, and so does this page (`chain/wrong-chain`).
   */
  openGradientTestnet: {
    chainId: 10_740,
    name: 'OpenGradient Testnet',
    coin: ETHER,
    rpcUrl: 'https://ogevmdevnet.opengradient.ai',
    explorerUrl: 'https://explorer.opengradient.ai',
    isTest: true,
  },
} as const satisfies Record<string, ChainPreset>

/** Undefined: a chain of one's own. */
export function presetOf(chainId: number): ChainPreset | undefined {
  return Object.values<ChainPreset>(CHAIN_PRESETS).find((preset) => preset.chainId === chainId)
}
