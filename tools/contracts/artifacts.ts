import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { foundryBinary } from '../../services/chain/foundry-binary.ts'
import { forgeEnvironment, ROOT } from './forge-environment.ts'

/** What is deployed, in the order of deployment: `Stake` is given the addresses that the two after it will have. */
export const CONTRACTS = [
  'P256Verifier',
  'DrandBeacon',
  'SessionRegistry',
  'Parameters',
  'Stake',
  'Receipts',
  'Disputes',
  'Committees',
  'Channels',
  'TestToken',
] as const

export interface Artifact {
  abi: unknown[]
  bytecode: { object: string }
  storageLayout: { storage: StorageSlot[]; types: Record<string, StorageType> | null }
}

interface StorageType {
  label: string
  numberOfBytes: string
  members?: StorageSlot[]
}

export interface StorageSlot {
  label: string
  slot: string
  offset: number
  type: string
}

/** Compiles as for a deployment, whatever the profile of the caller; forge keeps what has not changed. */
export function buildContracts(): void {
  execFileSync(foundryBinary('forge'), ['build', '--skip', 'test'], {
    cwd: ROOT,
    env: forgeEnvironment('default'),
    stdio: 'pipe',
  })
}

export function readArtifact(name: (typeof CONTRACTS)[number]): Artifact {
  return JSON.parse(readFileSync(join(ROOT, `.cache/contracts/out/${name}.sol/${name}.json`), 'utf8')) as Artifact
}
