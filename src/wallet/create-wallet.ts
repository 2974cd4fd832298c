import type { TypedDataDefinition } from 'viem'
import type { Asked, Clock, Wallet, WalletChoice } from '../participant/ports.ts'
import { chainDomain } from '../protocol/channel/chain-domain.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { DELEGATION_TYPES, delegationMessage } from '../protocol/channel/delegation.ts'
import { CHAIN_TYPES } from './abi/typed-data.gen.ts'
import { walletError } from './chain-errors.ts'
import { createChainReader } from './chain-reader.ts'
import { createConnection } from './connection.ts'
import { discoverWallets, type FoundWallet } from './discover-wallets.ts'
import { createJsonRpc } from './json-rpc.ts'
import { permitTerms } from './permit-terms.ts'
import { isSameAddress, plainAddress } from './plain-address.ts'
import { sendWalletCall } from './send-transactions.ts'
import { signTyped } from './sign-typed.ts'
import { switchChain } from './switch-chain.ts'
import { createVerifier } from './verify-signature.ts'
import type { WalletProvider } from './wallet-provider.ts'

/** What a uint128 holds: more than that is no amount, and would be an approval without an end. */
const MAX_AMOUNT = 2n ** 128n - 1n

const TEST_WALLET: WalletChoice = { id: 'test', name: 'Test wallet of this page', icon: null, isTest: true }

export interface WalletOptions {
  network: ChainNetwork
  /** Relative to `origin`, or absolute. */
  rpcUrl: string
  clock: Pick<Clock, 'now' | 'after'>
  /** Of this page: `https://locus.example`. */
  origin: string
  fetch?: typeof globalThis.fetch
  /** Where this page makes itself a key for trying; asked for on test chains only, and loaded when somebody chooses it. */
  openTestWallet?: () => Promise<WalletProvider>
}

/**
 * The wallet port over whatever wallets announce themselves. A wallet is a program of somebody else's: its answers are parsed, its signatures
 * verified, and its silence has an end. Nothing that it signs differs from what it was shown.
 */
export function createWallet(options: WalletOptions): Wallet {
  const { network, clock, origin, fetch = globalThis.fetch } = options
  const rpcUrl = new URL(options.rpcUrl, origin).href
  const rpc = createJsonRpc({ url: rpcUrl, clock, fetch })
  const reader = createChainReader(rpc, network)
  const verifier = createVerifier(reader, rpc)
  const connection = createConnection(clock)
  const openTestWallet =
    options.openTestWallet ??
    (async () => (await import('./test-wallet.ts')).openTestWallet({ network, rpcUrl, clock, fetch }))

  const found = new Map<string, FoundWallet>()
  const listeners = new Set<(choices: WalletChoice[]) => void>()
  let stopDiscovery: (() => void) | null = null

  function choices(): WalletChoice[] {
    const announced = [...found.values()].map(({ choice }) => choice)
    return network.isTest ? [...announced, TEST_WALLET] : announced
  }

  function add(wallet: FoundWallet): void {
    if (found.has(wallet.choice.id)) return
    found.set(wallet.choice.id, wallet)
    for (const listener of listeners) listener(choices())
  }

  /** The provider behind a choice. Errors: `wallet/none`. */
  async function providerOf(walletId: string): Promise<WalletProvider> {
    if (walletId === TEST_WALLET.id && network.isTest) return openTestWallet()
    const provider = found.get(walletId)?.provider
    if (provider === undefined) throw walletError('wallet/none')
    return provider
  }

  /** The connected account, which has to be this one where something names it. */
  function connectedAs(named?: Address) {
    const { account, provider } = connection.require()
    if (named !== undefined && !isSameAddress(named, account.address)) {
      throw walletError('wallet/not-connected', { details: { connected: account.address, needed: named } })
    }
    return { account: account.address, provider, network, rpcUrl, clock }
  }

  async function signVerified(signer: Address, asked: TypedDataDefinition): Promise<Asked<HexBytes>> {
    const signed = await signTyped(asked, connectedAs(signer))
    if (signed.outcome === 'declined') return signed
    return { outcome: 'done', value: await verifier.verified(signer, asked, signed.value) }
  }

  return {
    onChoices(listener) {
      listeners.add(listener)
      stopDiscovery ??= discoverWallets(add)
      listener(choices())
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stopDiscovery?.()
        stopDiscovery = null
      }
    },
    onAccount: (listener) => connection.onAccount(listener),
    connect: async (walletId) => connection.open(walletId, await providerOf(walletId)),
    disconnect: () => connection.close(),

    signDelegation: async (delegation) =>
      signVerified(delegation.wallet, {
        domain: chainDomain(network, 'sessionRegistry'),
        types: DELEGATION_TYPES,
        primaryType: 'SessionDelegation',
        message: { ...delegationMessage(delegation), wallet: plainAddress(delegation.wallet) },
      }),

    async signPermit(spender, amount) {
      const options_ = connectedAs()
      const owner = options_.account
      requireAmount(amount)
      const { asked, deadline } = await permitTerms(reader, network, owner, spender, amount, clock.now() / 1_000)
      const signed = await signTyped(asked, options_)
      if (signed.outcome === 'declined') return signed
      const signature = await verifier.verifiedByKey(owner, asked, signed.value)
      return { outcome: 'done', value: { owner, amount, deadline, signature } }
    },

    signBatch: async (batch) =>
      signVerified(batch.participant, {
        domain: chainDomain(network, 'receipts'),
        types: { ReceiptBatch: CHAIN_TYPES.ReceiptBatch },
        primaryType: 'ReceiptBatch',
        message: {
          ...batch,
          participant: plainAddress(batch.participant),
          epoch: BigInt(batch.epoch),
          snapshotBlock: BigInt(batch.snapshotBlock),
        },
      }),

    async send(call) {
      const connected = connectedAs()
      if (call.kind === 'stake' || call.kind === 'unbond') requireAmount(call.amount)
      const switched = await switchChain(connected.provider, connected)
      if (switched.outcome === 'declined') return switched
      return sendWalletCall(call, { ...connected, reader, rpc })
    },
  }
}

function requireAmount(amount: bigint): void {
  if (amount <= 0n || amount > MAX_AMOUNT) throw new RangeError('an amount is between 1 and 2^128 - 1')
}
