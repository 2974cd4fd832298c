import { base, baseSepolia, foundry } from 'viem/chains'
import { expect, test } from 'vitest'
import { CHAIN_PRESETS, presetOf } from '../../../src/wallet/chain-presets.ts'

test.each([
  [CHAIN_PRESETS.base, base],
  [CHAIN_PRESETS.baseSepolia, baseSepolia],
])('what we know of $name is what viem knows', (preset, chain) => {
  expect(preset).toMatchObject({
    chainId: chain.id,
    name: chain.name,
    rpcUrl: chain.rpcUrls.default.http[0],
    explorerUrl: chain.blockExplorers.default.url,
    l1FeeOracle: chain.contracts.gasPriceOracle.address,
  })
  expect(preset.coin).toMatchObject({ symbol: chain.nativeCurrency.symbol, decimals: chain.nativeCurrency.decimals })
})

test('a preset is found by its number, and a chain of one’s own is not', () => {
  expect(presetOf(foundry.id)).toBe(CHAIN_PRESETS.local)
  expect(presetOf(10_740)?.isTest).toBe(true)
  expect(presetOf(1)).toBeUndefined()
  const numbers = Object.values(CHAIN_PRESETS).map(({ chainId }) => chainId)
  expect(new Set(numbers).size).toBe(numbers.length)
})
