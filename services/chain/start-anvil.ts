import { type ChildProcess, spawn } from 'node:child_process'
import { foundryBinary } from './foundry-binary.ts'

/** Anvil's and Hardhat's number: wallets know it as nobody's chain. */
const CHAIN_ID = 31_337
/** It needs 200 ms, and much longer where everything else wants the processor too. */
const START_MS = 30_000
/** Writing a large chain to disk on its way out. */
const STOP_MS = 10_000

export interface AnvilOptions {
  /** 0 lets the system choose. */
  port?: number
  /** More of its own arguments. */
  args?: readonly string[]
}

export interface Anvil {
  readonly chainId: number
  readonly rpcUrl: string
  /** Everything that anvil knows, `anvil_*` and `evm_*` too. Errors: what it says, with `code` and `data`. */
  request<T = unknown>(method: string, params?: readonly unknown[]): Promise<T>
  /** Resolves when the process is gone. */
  stop(): Promise<void>
}

/**
 * An Ethereum node with a chain of one's own, on loopback. Osaka, because session keys need its P-256 precompile and beacons those of BLS12-381.
 * Its one account is unlocked, has coins, and is new every time: the well-known ones of development would be everybody's.
 */
export async function startAnvil({ port = 0, args = [] }: AnvilOptions = {}): Promise<Anvil> {
  const own = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(CHAIN_ID), '--hardfork', 'osaka']
  const accounts = ['--accounts', '1', '--mnemonic-random']
  // Pages of other origins get no answer to a POST; the page's own door speaks to it in their place. Nothing keeps them from its WebSocket, which asks for
  // no origin: whatever is open in a browser on this machine can play with a chain that is worth nothing.
  const anvil = spawn(foundryBinary('anvil'), [...own, ...accounts, '--no-cors', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = (): void => void anvil.kill()
  process.once('exit', kill)
  const gone = new Promise<void>((resolve) => {
    anvil.once('close', () => resolve())
  }).finally(() => process.off('exit', kill))
  const address = await listening(anvil).catch((error: unknown) => {
    anvil.kill('SIGKILL')
    throw error
  })
  const rpcUrl = `http://${address}`
  return {
    chainId: CHAIN_ID,
    rpcUrl,
    request: (method, params = []) => ask(rpcUrl, method, params),
    async stop() {
      anvil.kill()
      const timer = setTimeout(() => anvil.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(timer)
    },
  }
}

async function ask<T>(rpcUrl: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } }
  if (error !== undefined) throw Object.assign(new Error(`${method}: ${error.message}`), { ...error })
  return result
}

/** Where it listens, as it says itself. Its output is read on for ever: a full pipe would stop it. */
function listening(anvil: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [said, complaint] = ['', '']
    const timer = setTimeout(() => reject(new Error('anvil did not start.')), START_MS)
    anvil.once('error', reject)
    anvil.once('close', () => reject(new Error(`anvil ended before it listened. ${complaint.trim()}`)))
    anvil.stderr?.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-1_000)
    })
    anvil.stdout?.on('data', (chunk: Buffer) => {
      if (said === 'all') return
      said += chunk.toString()
      const found = /Listening on ([\d.:]+)\s/.exec(said)?.[1]
      if (found === undefined) return
      said = 'all'
      clearTimeout(timer)
      resolve(found)
    })
  })
}
