import * as v from 'valibot'
import { getAddress } from 'viem'
import type { Asked, Clock, Unsubscribe, WalletAccount } from '../participant/ports.ts'
import { AddressSchema } from '../protocol/channel/chain-network.ts'
import { walletError } from './chain-errors.ts'
import { plainAddress } from './plain-address.ts'
import { prompt, type WalletProvider } from './wallet-provider.ts'

/** Accounts that a wallet lets a page see; the first one is the chosen one. */
const AccountsSchema = v.pipe(v.array(AddressSchema), v.maxLength(1_000))

export interface Connected {
  account: WalletAccount
  provider: WalletProvider
}

/** Which account of which wallet this page talks to. */
export interface Connection {
  /** Errors: `wallet/not-connected`. */
  require(): Connected
  onAccount(listener: (account: WalletAccount | null) => void): Unsubscribe
  /** One prompt; what was connected before stays until this one is. */
  open(walletId: string, provider: WalletProvider): Promise<Asked<WalletAccount>>
  close(): void
}

export function createConnection(clock: Pick<Clock, 'after'>): Connection {
  const listeners = new Set<(account: WalletAccount | null) => void>()
  let current: Connected | null = null
  let stopListening: Unsubscribe = () => undefined

  function become(next: Connected | null): void {
    current = next
    for (const listener of listeners) listener(next?.account ?? null)
  }

  function close(): void {
    stopListening()
    stopListening = () => undefined
    if (current !== null) become(null)
  }

  function listen(walletId: string, provider: WalletProvider): void {
    const onAccounts = (accounts: unknown): void => {
      const account = firstOf(walletId, accounts)
      if (account === null) close()
      else if (account.address !== current?.account.address) become({ account, provider })
    }
    provider.on?.('accountsChanged', onAccounts)
    stopListening = () => void provider.removeListener?.('accountsChanged', onAccounts)
  }

  return {
    require() {
      if (current === null) throw walletError('wallet/not-connected')
      return current
    },
    onAccount(listener) {
      listeners.add(listener)
      listener(current?.account ?? null)
      return () => {
        listeners.delete(listener)
      }
    },
    async open(walletId, provider) {
      const asked = await prompt(clock, () => provider.request({ method: 'eth_requestAccounts' }))
      if (asked.outcome === 'declined') return asked
      const account = firstOf(walletId, asked.value)
      if (account === null) throw walletError('wallet/not-connected')
      stopListening()
      listen(walletId, provider)
      become({ account, provider })
      return { outcome: 'done', value: account }
    },
    close,
  }
}

function firstOf(walletId: string, accounts: unknown): WalletAccount | null {
  const parsed = v.safeParse(AccountsSchema, accounts)
  const first = parsed.success ? parsed.output[0] : undefined
  return first === undefined ? null : { walletId, address: getAddress(plainAddress(first)) }
}
