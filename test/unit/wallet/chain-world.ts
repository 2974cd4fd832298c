import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { concatHex, encodeAbiParameters, encodeFunctionData, type Hex, hexToBigInt, numberToHex } from 'viem'
import { foundryBinary } from '../../../services/chain/foundry-binary.ts'
import type { Address, ChainNetwork } from '../../../src/protocol/channel/chain-network.ts'
import { parametersAbi } from '../../../src/wallet/abi/parameters.gen.ts'
import { testTokenAbi } from '../../../src/wallet/abi/test-token.gen.ts'
import { forgeEnvironment, ROOT } from '../../../tools/contracts/forge-environment.ts'
import { address } from './sample-network.ts'

const START_MS = 10_000
const DAY_SECONDS = 86_400
const MAX_LOOKS = 1_000

interface Receipt {
  contractAddress: Address
  status: Hex
}

/** A chain of one's own with our contracts on it, except that two accounts without code stand where proofs of slashing come from. */
export interface ChainWorld {
  network: ChainNetwork
  rpcUrl: string
  /** Unlocked, with coins. */
  accounts: Address[]
  request<T = unknown>(method: string, ...params: unknown[]): Promise<T>
  /** Mined at once. Errors: what the node says, with its data. */
  send(from: Address, to: Address | null, data: Hex): Promise<Hex>
  mined(hash: Hex): Promise<Receipt>
  /** 1,000 tokens of 18 decimals, and coins for fees. */
  fund(wallet: Address): Promise<void>
  /** Whose word sets stake aside. */
  prover: Address
  deploy(code: Hex): Promise<Address>
  stop(): void
}

export async function startChainWorld(): Promise<ChainWorld> {
  const { anvil, rpcUrl } = await startAnvil()
  try {
    return await deployWorld(anvil, rpcUrl)
  } catch (error) {
    // A child that goes on would keep the test run from ending.
    anvil.kill()
    throw error
  }
}

async function startAnvil(): Promise<{ anvil: ChildProcess; rpcUrl: string }> {
  const args = ['--port', '0', '--chain-id', '31337', '--hardfork', 'osaka', '--disable-block-gas-limit']
  const anvil = spawn(foundryBinary('anvil'), args, { env: forgeEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] })
  return { anvil, rpcUrl: `http://${await listening(anvil)}` }
}

function compiled(): Record<string, Hex> {
  return JSON.parse(readFileSync(join(ROOT, 'contracts/bytecode.gen.json'), 'utf8')) as Record<string, Hex>
}

async function deployWorld(anvil: ChildProcess, rpcUrl: string): Promise<ChainWorld> {
  async function request<T>(method: string, ...params: unknown[]): Promise<T> {
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result, error } = (await response.json()) as { result: T; error?: { message: string } }
    if (error !== undefined) throw Object.assign(new Error(error.message), error)
    return result
  }
  /** Anvil answers a moment before the block is there. */
  async function mined(hash: Hex): Promise<Receipt> {
    for (let i = 0; i < MAX_LOOKS; i += 1) {
      const receipt = await request<Receipt | null>('eth_getTransactionReceipt', hash)
      if (receipt !== null) return receipt
    }
    throw new Error('no block took it')
  }
  const accounts = await request<Address[]>('eth_accounts')
  const [deployer, prover] = [accounts[0] ?? address(0), accounts[1] ?? address(0)]

  async function send(from: Address, to: Address | null, data: Hex): Promise<Hex> {
    const call = { from, data, gas: '0x1c9c380', ...(to === null ? {} : { to }) }
    const hash = await request<Hex>('eth_sendTransaction', call)
    await mined(hash)
    return hash
  }
  async function deploy(code: Hex): Promise<Address> {
    const { status, contractAddress } = await mined(await send(deployer, null, code))
    if (status !== '0x1') throw new Error('the deployment was reverted')
    return contractAddress
  }
  const withAddresses = (code: Hex, ...values: Address[]): Promise<Address> => {
    const types = values.map(() => ({ type: 'address' }))
    return deploy(concatHex([code, encodeAbiParameters(types, values)]))
  }

  const bytecode = compiled()
  const codeOf = (name: string): Hex => bytecode[name] ?? '0x'
  const token = await deploy(codeOf('TestToken'))
  const p256Verifier = await deploy(codeOf('P256Verifier'))
  const sessionRegistry = await withAddresses(codeOf('SessionRegistry'), p256Verifier)
  const inputs = parametersAbi.find(({ type }) => type === 'constructor')?.inputs ?? []
  const values = {
    unbondingSeconds: 14 * DAY_SECONDS,
    challengeSeconds: 2 * DAY_SECONDS,
    resolutionSeconds: 3 * DAY_SECONDS,
    slashBps: 1_000,
    reporterBps: 2_500,
  }
  const parameters = await deploy(
    concatHex([codeOf('Parameters'), encodeAbiParameters(inputs, [deployer, values] as never)]),
  )
  const stake = await withAddresses(codeOf('Stake'), token, parameters, prover, prover)
  const receipts = await withAddresses(codeOf('Receipts'), sessionRegistry, stake)
  const channels = await withAddresses(codeOf('Channels'), token, parameters, sessionRegistry)

  return {
    network: {
      chainId: 31_337,
      name: 'Local chain',
      isTest: true,
      token: { address: token, symbol: 'tLOCUS', decimals: 18 },
      contracts: {
        p256Verifier,
        sessionRegistry,
        parameters,
        stake,
        channels,
        receipts,
        disputes: prover,
        committees: prover,
      },
    },
    rpcUrl,
    accounts,
    request,
    send,
    mined,
    deploy,
    prover,
    async fund(wallet) {
      await request('anvil_setBalance', wallet, numberToHex(10n ** 18n))
      await send(deployer, token, encodeFunctionData({ abi: testTokenAbi, functionName: 'drip', args: [wallet] }))
    },
    stop: () => void anvil.kill(),
  }
}

/** The site's sponsor, as far as a page sees it: it sends what it is given, or says no in words that nobody should believe. */
export function sponsorOf(world: ChainWorld, sponsorUrl: string): typeof fetch {
  return async (url, init) => {
    if (url !== sponsorUrl) return fetch(url, init)
    const { to, data } = JSON.parse(init?.body as string) as { to: Address; data: Hex }
    const from = world.accounts[2] ?? world.prover
    try {
      await world.request('eth_estimateGas', { from, to, data })
      return Response.json({ transaction: await world.send(from, to, data) })
    } catch {
      return Response.json({ error: { code: 'sponsor/no', message: 'go away' } }, { status: 422 })
    }
  }
}

/** The newest block's time, which delegations and permits are judged by. */
export async function blockSeconds(world: ChainWorld): Promise<number> {
  const { timestamp } = await world.request<{ timestamp: Hex }>('eth_getBlockByNumber', 'latest', false)
  return Number(hexToBigInt(timestamp))
}

function listening(anvil: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('anvil did not start')), START_MS)
    anvil.once('error', reject)
    let text = ''
    anvil.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /Listening on ([\d.:]+)/.exec(text)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    })
  })
}
