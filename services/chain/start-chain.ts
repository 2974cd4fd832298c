import type { Clock } from '../../src/participant/ports.ts'
import type { DrandChain } from '../../src/protocol/selection/beacon.ts'
import { type Deployment, deployContracts } from './deploy-contracts.ts'
import { keptChain } from './kept-chain.ts'
import { FINAL_BLOCKS, mineBlocks } from './mine-blocks.ts'
import { type Anvil, startAnvil } from './start-anvil.ts'
import { systemClock } from './system-clock.ts'

/** Past states that can be asked for: the final one, and what a reorganisation in a test goes back to. Each costs memory. */
const KEPT_STATES = 32

export interface ChainOptions {
  /** Whose rounds the contracts believe. */
  beacon: DrandChain
  /** 0 lets the system choose. */
  port?: number
  /** Folder in which the chain is kept between runs; without it every run has a new one. */
  folder?: string
  /** `paced`: as `mineBlocks` says. `at-once`: one for each transaction, and no other, for tests, which mine the rest themselves. */
  blocks?: 'paced' | 'at-once'
  clock?: Pick<Clock, 'now' | 'after'>
}

/** `network` says where everything is. */
export interface RunningChain extends Anvil, Deployment {}

/** A chain of one's own with every contract of ours on it, on loopback. Errors: in words, when the node does not start or the port is taken. */
export async function startChain(options: ChainOptions): Promise<RunningChain> {
  const { beacon, port = 0, folder, blocks = 'paced', clock = systemClock } = options
  const kept = folder === undefined ? null : keptChain(folder, beacon)
  const known = (await kept?.load()) ?? null
  const args = ['--no-mining', '--slots-in-an-epoch', '1', '--prune-history', String(KEPT_STATES)]
  const anvil = await startAnvil({ port, args: kept === null ? args : [...args, '--state', kept.statePath] })
  try {
    const deployment = (await stillThere(anvil, known)) ?? (await deployContracts(anvil, beacon))
    await kept?.save(deployment)
    if (blocks === 'at-once') await anvil.request('evm_setAutomine', [true])
    const stopMining = blocks === 'paced' ? mineBlocks(anvil, clock) : () => undefined
    return {
      ...anvil,
      ...deployment,
      async stop() {
        stopMining()
        await anvil.stop()
      },
    }
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

/** What was kept, if the node has it: one that was killed has written nothing. Its past states are not kept, so new ones are made. */
async function stillThere(anvil: Anvil, known: Deployment | null): Promise<Deployment | null> {
  if (known === null) return null
  const code = await anvil.request<string>('eth_getCode', [known.network.contracts.channels, 'latest'])
  if (code === '0x') return null
  for (let block = 0; block <= FINAL_BLOCKS; block++) await anvil.request('evm_mine')
  return known
}
