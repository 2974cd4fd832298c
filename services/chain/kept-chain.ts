import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { keccak256, toHex } from 'viem'
import { AddressSchema, ChainNetworkSchema } from '../../src/protocol/channel/chain-network.ts'
import type { DrandChain } from '../../src/protocol/selection/beacon.ts'
import { type Deployment, readBytecode } from './deploy-contracts.ts'

const KeptSchema = v.object({
  version: v.literal(1),
  made: v.string(),
  deployment: v.object({ network: ChainNetworkSchema, drandBeacon: AddressSchema }),
})

/** A chain between two runs: what the node writes of it on its way out, and where our contracts stand on it. */
export interface KeptChain {
  /** For the node's `--state`. */
  readonly statePath: string
  /** Null: there is none, or it has other contracts than these, and is forgotten. */
  load(): Promise<Deployment | null>
  save(deployment: Deployment): Promise<void>
}

export function keptChain(folder: string, beacon: DrandChain): KeptChain {
  const statePath = join(folder, 'state.json')
  const deploymentPath = join(folder, 'deployment.json')
  // Other contracts, or another beacon that they believe, are another chain.
  const made = keccak256(toHex(JSON.stringify([readBytecode(), beacon])))

  async function read(): Promise<Deployment | null> {
    try {
      const kept = v.parse(KeptSchema, JSON.parse(await readFile(deploymentPath, 'utf8')))
      return kept.made === made ? kept.deployment : null
    } catch {
      return null
    }
  }

  return {
    statePath,
    async load() {
      await mkdir(folder, { recursive: true })
      const deployment = await read()
      if (deployment === null) await rm(statePath, { force: true })
      return deployment
    },
    async save(deployment) {
      await writeFile(deploymentPath, `${JSON.stringify({ version: 1, made, deployment }, null, 2)}\n`)
    },
  }
}
