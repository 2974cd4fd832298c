import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startAnvil } from '../../../../services/chain/start-anvil.ts'
import { startChain } from '../../../../services/chain/start-chain.ts'
import { QUICKNET } from '../../../../src/protocol/selection/quicknet.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'

const somebody = `0x${'5a'.repeat(20)}`

test('a chain is kept from one run to the next, and forgotten where its contracts would be others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'locus-chain-'))
  const run = (beacon = QUICKNET) => startChain({ beacon, folder, clock: createFakeClock() })
  try {
    const first = await run()
    await first.request('anvil_setBalance', [somebody, '0x7'])
    const height = Number(await first.request('eth_blockNumber'))
    await first.stop()

    const second = await run()
    expect(second.network).toEqual(first.network)
    expect(await second.request('eth_getBalance', [somebody, 'latest'])).toBe('0x7')
    expect(await second.request('eth_getCode', [first.network.contracts.stake, 'finalized'])).not.toBe('0x')
    expect(Number(await second.request('eth_blockNumber'))).toBeGreaterThan(height)
    await second.stop()

    const third = await run({ ...QUICKNET, genesisSeconds: QUICKNET.genesisSeconds + 1 })
    expect(await third.request('eth_getBalance', [somebody, 'latest'])).toBe('0x0')
    await third.stop()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a port that is taken is said, and nothing is left running', async () => {
  const first = await startAnvil()
  const port = Number(new URL(first.rpcUrl).port)
  await expect(startAnvil({ port })).rejects.toThrow('anvil ended before it listened')
  await first.stop()
  await expect(first.request('eth_chainId')).rejects.toThrow('fetch failed')
})
