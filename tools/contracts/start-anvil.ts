import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { Hex } from 'viem'
import { forgeEnvironment } from './forge-environment.ts'
import { foundryBinary } from './foundry-binary.ts'

export interface LocalChain {
  chainId: number
  request(method: string, params: unknown[]): Promise<unknown>
  stop(): void
}

const CHAIN_ID = 31_337
const START_MS = 10_000

/** A chain of one's own on loopback, at a port that the system chooses. Its first account is unlocked and has money. */
export async function startAnvil(): Promise<LocalChain> {
  const port = await freePort()
  const args = [
    '--port',
    String(port),
    '--chain-id',
    String(CHAIN_ID),
    '--hardfork',
    'osaka',
    '--disable-block-gas-limit',
  ]
  const anvil = spawn(foundryBinary('anvil'), [...args, '--code-size-limit', '100000'], {
    env: forgeEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await listening(anvil)
  const request = async (method: string, params: unknown[]): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } }
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }
  return { chainId: CHAIN_ID, request, stop: () => anvil.kill() }
}

/** Mined at once. */
export async function deploy(chain: LocalChain, bytecode: Hex): Promise<Hex> {
  const [from] = (await chain.request('eth_accounts', [])) as Hex[]
  const hash = await chain.request('eth_sendTransaction', [{ from, data: bytecode, gas: '0x1c9c380' }])
  const receipt = (await chain.request('eth_getTransactionReceipt', [hash])) as { contractAddress: Hex; status: Hex }
  if (receipt.status !== '0x1') throw new Error('The deployment was reverted.')
  return receipt.contractAddress
}

function listening(anvil: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('anvil did not start.')), START_MS)
    anvil.once('error', reject)
    anvil.stdout?.on('data', (chunk: Buffer) => {
      if (!chunk.includes('Listening on')) return
      clearTimeout(timer)
      resolve()
    })
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
