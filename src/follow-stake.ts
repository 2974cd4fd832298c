/** Keeps the screen for stake up to date, while it is shown: what chain, wallet and participant say becomes inputs of its store. */
import type { PageConfig } from './page-config.ts'
import type { Earnings, SettleOutcome } from './participant/money-events.ts'
import type { Chain, Wallet } from './participant/money-ports.ts'
import type { SessionKey, Unsubscribe } from './participant/ports.ts'
import type { SettleChoices } from './participant/settle.ts'
import type { Address, HexBytes } from './protocol/channel/chain-network.ts'
import { CodedError } from './protocol/errors.ts'
import type { PayingChannel, StakeTaskKind, Stores } from './stores/index.ts'

/** What was earned changes without a word of the chain's: so often it is looked at. */
const LOOK_EVERY_MS = 15_000

export interface Money {
  chain: Chain
  wallet: Wallet
}

/** What the participant knows of money. */
export interface EarningsDesk {
  earnings(): Promise<Earnings>
  settle(choices: SettleChoices): Promise<SettleOutcome>
  /** Channels that this device pays from, by their highest vouchers. */
  paying(): Promise<{ channelId: HexBytes; promised: bigint }[]>
}

/** Everything outside, each loaded when it is first asked for. */
export interface StakeWorld {
  readConfig(): Promise<Pick<PageConfig, 'chain'>>
  /** Null: this site knows no chain. */
  openMoney(): Promise<Money | null>
  /** The chain alone: whoever reads an answer needs no wallet. Null: the same. */
  openChain(): Promise<Chain | null>
  openKey(): Promise<SessionKey>
  /** Makes a new key for this device; the page must be loaded anew after it. Errors: `lease/key-in-use`, `storage/unavailable`. */
  replaceKey(): Promise<void>
  reload(): void
  /** Null: this page has no participant that is paid. */
  openDesk(): Promise<EarningsDesk | null>
  requestTestMoney(to: Address): Promise<void>
  origin: string
  /** Unix milliseconds. */
  now(): number
  every(intervalMs: number, callback: () => void): Unsubscribe
}

export interface StakeFollower {
  /** Learns which chain the site names. */
  learn(): Promise<void>
  show(): Promise<void>
  hide(): void
  /** Errors: `chain/none`. */
  money(): Promise<Money>
  /** Looks again, now or when the look under way has ended. Never rejects: what goes wrong is shown. */
  look(): Promise<void>
  /** Tells how sure a transaction becomes, until it is final. */
  follow(kind: StakeTaskKind, transaction: HexBytes): Promise<void>
}

export function createStakeFollower({ stake }: Pick<Stores, 'stake'>, world: StakeWorld): StakeFollower {
  let opened: Promise<Money> | null = null
  let looking: Promise<void> | null = null
  let isLookedAgain = false
  let isShown = false
  let stopWatching: Unsubscribe = () => undefined

  async function learn(): Promise<void> {
    const { state } = stake.getState().site
    if (state === 'known' || state === 'none') return
    try {
      const { chain } = await world.readConfig()
      if (chain === null) return stake.apply({ type: 'site', site: { state: 'none' } })
      const { network, sponsorUrl, faucetUrl } = chain
      const site = {
        state: 'known',
        network,
        isSponsored: sponsorUrl !== null,
        hasFaucet: faucetUrl !== null,
      } as const
      stake.apply({ type: 'site', site })
    } catch (error) {
      stake.apply({ type: 'site', site: { state: 'failed', error: CodedError.dataOf(error, 'chain/unreachable') } })
    }
  }

  /** Once; a failure may be tried again. */
  function money(): Promise<Money> {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }

  async function open(): Promise<Money> {
    const found = await world.openMoney()
    if (found === null) throw new CodedError(NO_CHAIN)
    found.wallet.onChoices((wallets) => stake.apply({ type: 'wallets', wallets }))
    found.wallet.onAccount((account) => {
      stake.apply({ type: 'account', account })
      if (isShown) watch(found)
    })
    return found
  }

  function watch({ chain }: Money): void {
    stopWatching()
    const { account } = stake.getState()
    const again = (): void => void look()
    const stops = [
      world.every(LOOK_EVERY_MS, again),
      ...(account === null ? [] : [chain.onChange(account.address, again)]),
    ]
    stopWatching = () => stops.forEach((stop) => stop())
    again()
  }

  async function show(): Promise<void> {
    isShown = true
    await learn()
    if (stake.getState().site.state !== 'known') return
    try {
      const found = await money()
      if (isShown) watch(found)
    } catch (error) {
      stake.apply({ type: 'site', site: { state: 'failed', error: CodedError.dataOf(error, 'chain/unreachable') } })
    }
  }

  function look(): Promise<void> {
    isLookedAgain = looking !== null
    looking ??= lookOnce().finally(() => {
      looking = null
      if (isLookedAgain) void look()
    })
    return looking
  }

  async function lookOnce(): Promise<void> {
    // Each part by itself: a wallet's holdings are shown also where the participant cannot be asked.
    const looks = await Promise.allSettled([lookAtWallet(), lookAtKey(), lookAtEarnings()])
    const failed = looks.find((each) => each.status === 'rejected')
    const error = failed === undefined ? null : CodedError.dataOf(failed.reason, 'chain/unreachable')
    stake.apply({ type: 'looked', at: Math.floor(world.now() / 1_000), error })
  }

  async function lookAtWallet(): Promise<void> {
    const { account } = stake.getState()
    if (account === null) return
    const { chain } = await money()
    const [holdings, sessions] = await Promise.all([chain.account(account.address), chain.sessionsOf(account.address)])
    stake.apply({ type: 'holdings', holdings, sessions })
  }

  async function lookAtKey(): Promise<void> {
    const [{ chain }, { publicKey }, { keyIdOf, signerOf }] = await Promise.all([
      money(),
      world.openKey(),
      import('./protocol/channel/delegation.ts'),
    ])
    const keyId = keyIdOf(signerOf(publicKey, chain.network.contracts.p256Verifier))
    stake.apply({ type: 'device', keyId, session: await chain.session(publicKey) })
  }

  async function lookAtEarnings(): Promise<void> {
    const [{ chain }, desk] = await Promise.all([money(), world.openDesk()])
    if (desk === null) return
    const [earnings, vouchers] = await Promise.all([desk.earnings(), desk.paying()])
    const unpaid = earnings.channels.filter(({ promised, settled }) => promised > settled).length
    const settleCostWei = chain.isSponsored || unpaid === 0 ? null : await chain.settleCostWei(unpaid)
    const paying = await Promise.all(
      vouchers.map(async ({ channelId, promised }): Promise<PayingChannel> => {
        return { channelId, promised, onChain: await chain.channel(channelId) }
      }),
    )
    stake.apply({ type: 'earnings', earnings, settleCostWei, paying })
  }

  return {
    learn,
    show,
    hide() {
      isShown = false
      stopWatching()
    },
    money,
    look,
    async follow(kind, transaction) {
      const { chain } = await money()
      let isFinal = false
      stake.apply({ type: 'transaction', kind, transaction, level: 'pending' })
      let stop: Unsubscribe = () => undefined
      stop = chain.watch(transaction, (level) => {
        stake.apply({ type: 'transaction', kind, transaction, level })
        isFinal ||= level === 'finalized'
        if (isFinal) stop()
        void look()
      })
      // It may have been final at once.
      if (isFinal) stop()
    },
  }
}

const NO_CHAIN = {
  code: 'chain/none',
  message: 'This site names no chain, so nothing can be staked, earned or paid on it.',
  nextStep: 'Nothing to do: all work on this site is free.',
} as const
