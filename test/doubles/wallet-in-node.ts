import { createWalletClient, type Hex, http, numberToHex, type TypedDataDefinition } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Address } from '../../src/protocol/channel/chain-network.ts'

/** What a person was shown. */
export type WalletPrompt =
  | { kind: 'connect' }
  | { kind: 'switch-chain' | 'add-chain'; chainId: number }
  | { kind: 'message'; text: string }
  | { kind: 'typed-data'; primaryType: string; domain: Record<string, unknown>; message: Record<string, unknown> }
  | { kind: 'transactions'; calls: { to: Address; data: Hex }[] }

/** As it crosses into the page. */
export interface FaultWords {
  code: number
  message: string
  data?: unknown
}

export type WalletReply = { result: unknown } | { error: FaultWords }

export interface NodeWalletOptions {
  privateKey: Hex
  /** The node that the wallet itself speaks to. */
  rpcUrl: string
  /** Where the wallet stands at first; without it, on the node's chain. */
  activeChainId?: number
  /** Whether it knows the node's chain before a page describes it. True, unless said otherwise. */
  knowsChain?: boolean
  /** Whether it says that it does several calls at once (EIP-5792). This one sends them one after the other. */
  batches?: boolean
}

export interface NodeWallet {
  /** Every prompt, the oldest first, also those that were declined. */
  readonly prompts: readonly WalletPrompt[]
  address(): Address
  /** The next `count` prompts are answered with no (EIP-1193, 4001). */
  declineNext(count?: number): void
  /** As if the person chose another account, or another chain, in the wallet. */
  useAccount(privateKey: Hex): void
  useChain(chainId: number): void
  /** As if the person took the permission back. */
  lock(): void
  request(method: string, params: readonly unknown[]): Promise<WalletReply>
  onEvent(listener: (event: 'accountsChanged' | 'chainChanged', value: unknown) => void): void
}

/** Codes of EIP-1193, EIP-1474 and EIP-5792. */
class WalletFault extends Error {
  override readonly name = 'WalletFault'
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** An EIP-1193 wallet with a real key, whose person says yes until told otherwise. */
export async function createNodeWallet(options: NodeWalletOptions): Promise<NodeWallet> {
  const { rpcUrl, knowsChain = true, batches = false } = options
  const nodeChainId = Number(await ask('eth_chainId', []))
  const knownChains = new Set([...(knowsChain ? [nodeChainId] : []), options.activeChainId ?? nodeChainId])
  const prompts: WalletPrompt[] = []
  const listeners: Parameters<NodeWallet['onEvent']>[0][] = []
  const sentBatches = new Map<string, Hex[]>()
  let account = privateKeyToAccount(options.privateKey)
  let chainId = options.activeChainId ?? nodeChainId
  let [isConnected, declines] = [false, 0]

  async function ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { result, error } = (await response.json()) as { result?: unknown; error?: FaultWords }
    if (error !== undefined) throw new WalletFault(error.code, error.message, error.data)
    return result
  }

  function tell(event: 'accountsChanged' | 'chainChanged', value: unknown): void {
    for (const listener of listeners) listener(event, value)
  }

  function show(prompt: WalletPrompt): void {
    prompts.push(prompt)
    if (declines === 0) return
    declines--
    throw new WalletFault(4001, 'User rejected the request.')
  }

  function moveTo(next: number): void {
    if (next === chainId) return
    chainId = next
    tell('chainChanged', numberToHex(chainId))
  }

  function requireAccount(address: unknown): void {
    const isOurs = String(address).toLowerCase() === account.address.toLowerCase()
    if (!isConnected || !isOurs) throw new WalletFault(4100, 'The account is not permitted to this page.')
  }

  function signTyped(text: unknown): Promise<Hex> {
    const asked = JSON.parse(String(text)) as TypedDataDefinition & { domain?: { chainId?: unknown } }
    // As MetaMask, which so keeps a page from asking for what is worth something elsewhere.
    const named = asked.domain?.chainId
    if (named !== undefined && Number(named) !== chainId) {
      throw new WalletFault(-32_602, `Provided chainId "${Number(named)}" must match the active chainId "${chainId}"`)
    }
    const { primaryType, domain = {}, message } = asked
    show({ kind: 'typed-data', primaryType, domain: { ...domain }, message: { ...message } })
    return account.signTypedData(asked)
  }

  async function send(calls: { to: Address; data?: Hex; value?: Hex }[]): Promise<Hex[]> {
    show({ kind: 'transactions', calls: calls.map(({ to, data = '0x' }) => ({ to, data })) })
    if (chainId !== nodeChainId) throw new WalletFault(-32_603, 'The wallet knows no node of the active chain.')
    const chain = {
      id: chainId,
      name: 'The active chain',
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [rpcUrl] } },
    }
    const client = createWalletClient({ account, chain, transport: http(rpcUrl, { retryCount: 0 }) })
    const hashes: Hex[] = []
    for (const { to, data = '0x', value = '0x0' } of calls) {
      hashes.push(await client.sendTransaction({ to, data, value: BigInt(value) }))
    }
    return hashes
  }

  async function answer(method: string, params: readonly unknown[]): Promise<unknown> {
    const [first, second] = params as [Record<string, unknown> | undefined, unknown]
    switch (method) {
      case 'eth_requestAccounts':
        if (!isConnected) show({ kind: 'connect' })
        isConnected = true
        return [account.address]
      case 'eth_accounts':
        return isConnected ? [account.address] : []
      case 'eth_chainId':
        return numberToHex(chainId)
      case 'wallet_revokePermissions':
        isConnected = false
        return null
      case 'wallet_switchEthereumChain': {
        const wanted = Number(first?.['chainId'])
        if (!knownChains.has(wanted)) throw new WalletFault(4902, 'Unrecognized chain ID. Try adding the chain first.')
        if (wanted !== chainId) show({ kind: 'switch-chain', chainId: wanted })
        moveTo(wanted)
        return null
      }
      case 'wallet_addEthereumChain': {
        const added = Number(first?.['chainId'])
        show({ kind: 'add-chain', chainId: added })
        knownChains.add(added)
        moveTo(added)
        return null
      }
      case 'personal_sign':
        requireAccount(second)
        show({ kind: 'message', text: Buffer.from(String(params[0]).slice(2), 'hex').toString() })
        return account.signMessage({ message: { raw: params[0] as Hex } })
      case 'eth_signTypedData_v4':
        requireAccount(params[0])
        return signTyped(second)
      case 'eth_sendTransaction':
        requireAccount(first?.['from'])
        return (await send([first as never]))[0]
      case 'wallet_getCapabilities':
        return batches ? { [numberToHex(nodeChainId)]: { atomic: { status: 'supported' } } } : unknownMethod(method)
      case 'wallet_sendCalls': {
        if (!batches) return unknownMethod(method)
        requireAccount(first?.['from'])
        if (Number(first?.['chainId']) !== chainId) throw new WalletFault(5710, 'The batch is for another chain.')
        const id = `0x${(sentBatches.size + 1).toString(16).padStart(64, '0')}`
        sentBatches.set(id, await send(first?.['calls'] as never))
        return { id }
      }
      case 'wallet_getCallsStatus': {
        const hashes = sentBatches.get(String(params[0]))
        if (hashes === undefined) throw new WalletFault(5730, 'There is no such batch.')
        const receipts = await Promise.all(hashes.map((hash) => ask('eth_getTransactionReceipt', [hash])))
        const status = receipts.includes(null) ? 100 : receipts.every(succeeded) ? 200 : 500
        const about = { version: '2.0.0', id: params[0], chainId: numberToHex(chainId), atomic: true }
        return { ...about, status, ...(status === 100 ? {} : { receipts }) }
      }
      default:
        return method.startsWith('eth_') ? ask(method, params) : unknownMethod(method)
    }
  }

  return {
    prompts,
    address: () => account.address,
    declineNext(count = 1) {
      declines += count
    },
    useAccount(privateKey) {
      account = privateKeyToAccount(privateKey)
      if (isConnected) tell('accountsChanged', [account.address])
    },
    useChain(next) {
      knownChains.add(next)
      moveTo(next)
    },
    lock() {
      isConnected = false
      tell('accountsChanged', [])
    },
    onEvent: (listener) => void listeners.push(listener),
    async request(method, params) {
      try {
        return { result: (await answer(method, params)) ?? null }
      } catch (error) {
        return { error: wordsOf(error) }
      }
    },
  }
}

function unknownMethod(method: string): never {
  throw new WalletFault(4200, `The wallet does not know ${method}.`)
}

function succeeded(receipt: unknown): boolean {
  return (receipt as { status?: unknown } | null)?.status === '0x1'
}

/** What viem has wrapped around a node's error is looked through: wallets hand on the node's own. */
function wordsOf(error: unknown): FaultWords {
  let one = error
  for (let depth = 0; depth < 8 && one instanceof Error; depth++) {
    const { code, data } = one as { code?: unknown; data?: unknown }
    if (typeof code === 'number') return { code, message: one.message, ...(data !== undefined && { data }) }
    one = one.cause
  }
  return { code: -32_603, message: error instanceof Error ? error.message : String(error) }
}
