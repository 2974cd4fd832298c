import type {
  Asked,
  Chain,
  ChannelState,
  Finality,
  HandIn,
  SessionDelegation,
  SessionState,
  Wallet,
  WalletAccount,
  WalletCall,
} from '../../src/participant/money-ports.ts'
import type { Address, HexBytes } from '../../src/protocol/channel/chain-network.ts'
import { channel, holdings, NETWORK, TRANSACTION, WALLET, WALLETS } from './sample-money.ts'

type Level = Finality | 'pending' | 'dropped'

/** A chain and a wallet that do as they are told, and remember what they were asked. */
export interface ScriptedMoney {
  chain: Chain
  wallet: Wallet
  /** What the person answers from now on. */
  answer: 'yes' | 'no' | Error
  session: SessionState | null
  /** Rejects reads while set. */
  unreachable: Error | null
  handedIn: HandIn[]
  sent: WalletCall[]
  permits: { spender: Address; amount: bigint }[]
  delegations: SessionDelegation[]
  /** Watches of transactions, and of wallets, that nobody has undone. */
  watches: Map<HexBytes, (level: Level) => void>
  changes: Set<() => void>
  /** The person switches accounts in the wallet. */
  switchTo(address: Address | null): void
}

export function createScriptedMoney({ isSponsored }: { isSponsored: boolean }): ScriptedMoney {
  const accountListeners = new Set<(account: WalletAccount | null) => void>()
  let account: WalletAccount | null = null

  function become(next: WalletAccount | null): void {
    account = next
    for (const listener of accountListeners) listener(next)
  }

  function asked<T>(value: T): Promise<Asked<T>> {
    if (money.answer instanceof Error) return Promise.reject(money.answer)
    return Promise.resolve(money.answer === 'yes' ? { outcome: 'done', value } : { outcome: 'declined' })
  }

  function read<T>(value: T): Promise<T> {
    return money.unreachable === null ? Promise.resolve(value) : Promise.reject(money.unreachable)
  }

  const chain: Chain = {
    network: NETWORK,
    isSponsored,
    session: () => read(money.session),
    sessionById: () => read(money.session),
    sessionsOf: () => read([]),
    backings(keys) {
      const { session } = money
      return read(keys.map(() => session && { ...session, bonded: holdings().bonded }))
    },
    channel: (): Promise<ChannelState | null> => read(channel()),
    account: (wallet) => read(holdings({ wallet })),
    settleCostWei: (channels) => read(BigInt(channels) * 1_000n),
    blockTime: () => read(2 ** 40),
    blockNumber: () => read(7),
    async handIn(call) {
      money.handedIn.push(call)
      return read({ transaction: TRANSACTION })
    },
    watch(transaction, listener) {
      money.watches.set(transaction, listener)
      return () => money.watches.delete(transaction)
    },
    onChange(_wallet, listener) {
      money.changes.add(listener)
      return () => money.changes.delete(listener)
    },
  }

  const wallet: Wallet = {
    onChoices(listener) {
      listener(WALLETS)
      return () => undefined
    },
    onAccount(listener) {
      accountListeners.add(listener)
      listener(account)
      return () => accountListeners.delete(listener)
    },
    async connect(walletId) {
      const answered = await asked({ walletId, address: WALLET })
      if (answered.outcome === 'done') become(answered.value)
      return answered
    },
    disconnect: () => become(null),
    signDelegation(delegation) {
      money.delegations.push(delegation)
      return asked<HexBytes>('0x5160')
    },
    signPermit(spender, amount) {
      money.permits.push({ spender, amount })
      return asked({ owner: WALLET, amount, deadline: 1n, signature: '0x51' as const })
    },
    signBatch: () => asked<HexBytes>('0x51ba'),
    send(call) {
      money.sent.push(call)
      return asked({ transaction: TRANSACTION })
    },
  }

  const money: ScriptedMoney = {
    chain,
    wallet,
    answer: 'yes',
    session: null,
    unreachable: null,
    handedIn: [],
    sent: [],
    permits: [],
    delegations: [],
    watches: new Map(),
    changes: new Set(),
    switchTo: (address) => become(address === null ? null : { walletId: 'test', address }),
  }
  return money
}
