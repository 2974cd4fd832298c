import { readFileSync } from 'node:fs'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { type Abi, encodeDeployData, getContractAddress, type Hex } from 'viem'
import type { Address, ChainNetwork } from '../../src/protocol/channel/chain-network.ts'
import type { DrandChain } from '../../src/protocol/selection/beacon.ts'
import { channelsAbi } from '../../src/wallet/abi/channels.gen.ts'
import { committeesAbi } from '../../src/wallet/abi/committees.gen.ts'
import { disputesAbi } from '../../src/wallet/abi/disputes.gen.ts'
import { drandBeaconAbi } from '../../src/wallet/abi/drand-beacon.gen.ts'
import { p256VerifierAbi } from '../../src/wallet/abi/p256-verifier.gen.ts'
import { parametersAbi } from '../../src/wallet/abi/parameters.gen.ts'
import { receiptsAbi } from '../../src/wallet/abi/receipts.gen.ts'
import { sessionRegistryAbi } from '../../src/wallet/abi/session-registry.gen.ts'
import { stakeAbi } from '../../src/wallet/abi/stake.gen.ts'
import { testTokenAbi } from '../../src/wallet/abi/test-token.gen.ts'
import { FINAL_BLOCKS } from './mine-blocks.ts'
import type { Anvil } from './start-anvil.ts'

const BYTECODE = new URL('../../contracts/bytecode.gen.json', import.meta.url)

const TOKEN = { symbol: 'tLOCUS', decimals: 18 }
/** A millionth of a token, in which committees weigh stake. */
const STAKE_UNIT = 10n ** BigInt(TOKEN.decimals - 6)

const DAY_SECONDS = 86_400
/** As the contracts' own tests have them; within `Parameters`' bounds, which no local chain widens. */
const PARAMETERS = {
  unbondingSeconds: 14 * DAY_SECONDS,
  challengeSeconds: 2 * DAY_SECONDS,
  resolutionSeconds: 3 * DAY_SECONDS,
  slashBps: 1_000,
  reporterBps: 2_500,
}

/** The largest contract takes less than four million. */
const DEPLOY_GAS = 8_000_000
const MAX_BLOCKS = 16

export interface Deployment {
  network: ChainNetwork
  /** The contract that believes the beacon's rounds; pages do not need it. */
  drandBeacon: Address
}

/** The contracts as generated, for telling one generation of them from another. */
export function readBytecode(): Record<string, Hex> {
  return JSON.parse(readFileSync(BYTECODE, 'utf8')) as Record<string, Hex>
}

/**
 * Every contract, from the node's own account, which then owns the parameters. Expects that blocks are only mined when asked for. `Stake` and the two
 * that may slash it know each other: addresses follow from the account's nonce, so all of them are known before the first is sent.
 */
export async function deployContracts({ request, chainId }: Anvil, beacon: DrandChain): Promise<Deployment> {
  const bytecode = readBytecode()
  const [from] = await request<Address[]>('eth_accounts')
  if (from === undefined) throw new Error('The node has no account to deploy with.')
  const firstNonce = Number(await request<Hex>('eth_getTransactionCount', [from, 'latest']))
  const at = addressesOf(from, firstNonce)
  for (const [index, { name, abi, args }] of contractsFor(at, from, beacon).entries()) {
    const code = bytecode[name]
    if (code === undefined) throw new Error(`contracts/bytecode.gen.json lacks ${name}.`)
    const data = encodeDeployData({ abi, bytecode: code, args })
    const [gas, nonce] = [DEPLOY_GAS, firstNonce + index].map((value) => `0x${value.toString(16)}`)
    await request('eth_sendTransaction', [{ from, data, gas, nonce }])
  }
  await mineUntilFinal(request, Object.values(at))
  const { token, drandBeacon, ...contracts } = at
  return {
    network: { chainId, name: 'Local test chain', isTest: true, token: { address: token, ...TOKEN }, contracts },
    drandBeacon,
  }
}

type Addresses = ChainNetwork['contracts'] & { token: Address; drandBeacon: Address }

/** In the order of deployment. */
function addressesOf(from: Address, firstNonce: number): Addresses {
  let nonce = BigInt(firstNonce)
  const next = (): Address => getContractAddress({ from, nonce: nonce++ })
  return {
    p256Verifier: next(),
    drandBeacon: next(),
    sessionRegistry: next(),
    parameters: next(),
    token: next(),
    stake: next(),
    receipts: next(),
    disputes: next(),
    committees: next(),
    channels: next(),
  }
}

function contractsFor(
  at: Addresses,
  owner: Address,
  beacon: DrandChain,
): { name: string; abi: Abi; args: unknown[] }[] {
  const { chainHash, genesisSeconds, periodSeconds } = beacon
  const beaconTerms = [`0x${chainHash}`, keyInG2(beacon.publicKey), BigInt(genesisSeconds), BigInt(periodSeconds)]
  return [
    { name: 'P256Verifier', abi: p256VerifierAbi, args: [] },
    { name: 'DrandBeacon', abi: drandBeaconAbi, args: beaconTerms },
    { name: 'SessionRegistry', abi: sessionRegistryAbi, args: [at.p256Verifier] },
    { name: 'Parameters', abi: parametersAbi, args: [owner, PARAMETERS] },
    { name: 'TestToken', abi: testTokenAbi, args: [] },
    { name: 'Stake', abi: stakeAbi, args: [at.token, at.parameters, at.disputes, at.committees] },
    { name: 'Receipts', abi: receiptsAbi, args: [at.sessionRegistry, at.stake] },
    { name: 'Disputes', abi: disputesAbi, args: [at.sessionRegistry, at.stake, at.receipts] },
    { name: 'Committees', abi: committeesAbi, args: [at.sessionRegistry, at.stake, at.drandBeacon, STAKE_UNIT] },
    { name: 'Channels', abi: channelsAbi, args: [at.token, at.parameters, at.sessionRegistry] },
  ]
}

/** drand's compressed key as EIP-2537 encodes the point: four field elements of 64 bytes. */
function keyInG2(publicKey: string): Hex {
  const { x, y } = bls12_381.G2.Point.fromHex(publicKey).toAffine()
  return `0x${[x.c0, x.c1, y.c0, y.c1].map((element) => element.toString(16).padStart(128, '0')).join('')}`
}

/** A page that asks for the final state must find the contracts there. Errors: a deployment that was reverted. */
async function mineUntilFinal(request: Anvil['request'], addresses: Address[]): Promise<void> {
  const isThere = async (address: Address): Promise<boolean> =>
    (await request<Hex>('eth_getCode', [address, 'latest'])) !== '0x'
  for (let block = 0; block < MAX_BLOCKS; block++) {
    await request('evm_mine')
    if ((await Promise.all(addresses.map(isThere))).includes(false)) continue
    for (let more = 0; more < FINAL_BLOCKS; more++) await request('evm_mine')
    return
  }
  throw new Error('A contract could not be deployed.')
}
