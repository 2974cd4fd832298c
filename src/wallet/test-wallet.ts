import * as v from 'valibot'
import type { Hex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Clock } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { walletError } from './chain-errors.ts'
import { createJsonRpc, type JsonRpc } from './json-rpc.ts'
import { Count, Quantity } from './rpc-values.ts'
import type { WalletProvider } from './wallet-provider.ts'

const STORAGE_KEY = 'locus-test-wallet'

/** Estimates are exact for the block that they were made in; the next one may write a new slot. */
const GAS_MARGIN_PERCENT = 130n

const StoredSchema = v.strictObject({
  version: v.literal(1),
  privateKey: v.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)),
})

const SentSchema = v.object({
  from: v.string(),
  to: v.custom<Address>((value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)),
  data: v.custom<HexBytes>((value) => typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value)),
})

export interface TestWalletOptions {
  network: ChainNetwork
  /** Absolute. */
  rpcUrl: string
  clock: Pick<Clock, 'after'>
  fetch?: typeof globalThis.fetch
  storage?: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * A wallet without a person behind it: a key that this page makes and keeps in the open, and signs with whatever it asks itself. For chains where nothing
 * is worth anything, and refused on all others. Errors: `wallet/none`.
 */
export function openTestWallet(options: TestWalletOptions): WalletProvider {
  const { network, rpcUrl, clock, fetch = globalThis.fetch } = options
  if (!network.isTest) throw walletError('wallet/none', { text: NOT_HERE })
  const account = privateKeyToAccount(keyOf(options.storage))
  const rpc = createJsonRpc({ url: rpcUrl, clock, fetch })

  return {
    async request({ method, params }) {
      const given: readonly unknown[] = Array.isArray(params) ? params : []
      switch (method) {
        case 'eth_requestAccounts':
        case 'eth_accounts':
          return [account.address]
        case 'eth_chainId':
          return `0x${network.chainId.toString(16)}`
        case 'eth_signTypedData_v4':
          return account.signTypedData(JSON.parse(String(given[1])))
        case 'eth_sendTransaction':
          return send(rpc, account, network.chainId, given[0])
        default:
          // EIP-1193: the wallet does not know the method.
          throw Object.assign(new Error(`the test wallet does not know ${method}`), { code: 4200 })
      }
    },
  }
}

const NOT_HERE = {
  message: 'This chain is not for trying, so the page makes no key of its own on it.',
  nextStep: 'Connect a wallet.',
}

async function send(rpc: JsonRpc, account: PrivateKeyAccount, chainId: number, asked: unknown): Promise<unknown> {
  const { to, data } = v.parse(SentSchema, asked)
  const call = { from: account.address, to, data }
  const [nonce, gas, gasPriceWei] = await results(rpc, [
    { method: 'eth_getTransactionCount', params: [account.address, 'pending'] },
    { method: 'eth_estimateGas', params: [call] },
    { method: 'eth_gasPrice', params: [] },
  ])
  const maxFeePerGas = 2n * v.parse(Quantity, gasPriceWei)
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId,
    nonce: v.parse(Count, nonce),
    gas: (v.parse(Quantity, gas) * GAS_MARGIN_PERCENT) / 100n,
    maxFeePerGas,
    maxPriorityFeePerGas: maxFeePerGas < 1_000_000_000n ? maxFeePerGas : 1_000_000_000n,
    to,
    data,
  })
  const [hash] = await results(rpc, [{ method: 'eth_sendRawTransaction', params: [raw] }])
  return hash
}

async function results(rpc: JsonRpc, calls: { method: string; params: unknown[] }[]): Promise<unknown[]> {
  const answers = await rpc.batch(calls)
  return answers.map((answer) => {
    if (answer.state === 'result') return answer.result
    throw Object.assign(new Error(answer.error.message), answer.error)
  })
}

/** The key of an earlier visit; a new one where there is none, or where what is kept is none. */
function keyOf(given: TestWalletOptions['storage']): Hex {
  try {
    const storage = given ?? globalThis.localStorage
    const kept = keptKey(storage.getItem(STORAGE_KEY))
    const privateKey = kept ?? generatePrivateKey()
    if (kept === null) storage.setItem(STORAGE_KEY, JSON.stringify({ version: 1, privateKey }))
    return privateKey
  } catch {
    // The browser keeps nothing for this page: a key for this visit.
    return generatePrivateKey()
  }
}

function keptKey(text: string | null): Hex | null {
  try {
    const stored = v.safeParse(StoredSchema, JSON.parse(text ?? 'null'))
    return stored.success ? stored.output.privateKey : null
  } catch {
    return null
  }
}
