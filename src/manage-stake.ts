/** What the buttons of the screen for stake do. What speaks to chain and wallets is loaded when that screen is opened. */
import { createStakeFollower, type Money, type StakeWorld } from './follow-stake.ts'
import { createBackingLooker } from './look-behind-keys.ts'
import type { Asked, HandIn, WalletCall } from './participant/money-ports.ts'
import type { Address, HexBytes } from './protocol/channel/chain-network.ts'
import { CodedError } from './protocol/errors.ts'
import { renewKey } from './renew-key.ts'
import { isBusy, type StakeTask, type StakeTaskKind, type Stores } from './stores/index.ts'
import type { StakeActions } from './ui/actions.ts'

type Step = StakeTask['step']
type Tell = (state: 'asking' | 'sending') => void
/** A transaction to follow, or null where there was none. */
type Outcome = Asked<HexBytes | null> | { outcome: 'nothing' }

export function createStakeManager(
  stores: Pick<Stores, 'stake' | 'contribute' | 'ask'>,
  world: StakeWorld,
): StakeActions {
  const { stake } = stores
  const follower = createStakeFollower(stores, world)

  /** One press at a time, told from its beginning to its end; a second one meanwhile is nobody's wish. */
  function press(
    kind: StakeTaskKind,
    subject: string | null,
    work: (money: Money, tell: Tell) => Promise<Outcome>,
  ): void {
    if (isBusy(stake.getState().task)) return
    const step = (next: Step): void => stake.apply({ type: 'task', task: { kind, subject, step: next } })
    step({ state: 'preparing' })
    void (async () => {
      try {
        const ended = await work(await follower.money(), (state) => step({ state }))
        step({ state: ended.outcome })
        if (ended.outcome === 'done' && ended.value !== null) await follower.follow(kind, ended.value)
      } catch (error) {
        step({ state: 'failed', error: CodedError.dataOf(error, 'wallet/failed') })
      }
      await follower.look()
    })()
  }

  /** A transaction of the wallet's own. */
  function send(kind: StakeTaskKind, call: WalletCall, subject: string | null = null): void {
    press(kind, subject, (money, tell) => sent(money, call, tell))
  }

  async function sent({ wallet }: Money, call: WalletCall, tell: Tell): Promise<Outcome> {
    tell('asking')
    return withTransaction(await wallet.send(call))
  }

  /** By the site where it pays for that, else by the wallet. */
  async function handIn(money: Money, call: HandIn, tell: Tell): Promise<Outcome> {
    if (!money.chain.isSponsored) return sent(money, { kind: 'hand-in', call }, tell)
    tell('sending')
    const { transaction } = await money.chain.handIn(call)
    return { outcome: 'done', value: transaction }
  }

  function connected(): Address {
    const { account } = stake.getState()
    if (account === null) throw new CodedError(NOT_CONNECTED)
    return account.address
  }

  async function delegate(money: Money, cap: bigint, tell: Tell): Promise<Outcome> {
    const { chain, wallet } = money
    const [key, { delegationFor }] = await Promise.all([world.openKey(), import('./delegate-key.ts')])
    const nowSeconds = world.now() / 1_000
    const wish = { network: chain.network, wallet: connected(), cap, nowSeconds, origin: world.origin }
    const { delegation, possession } = await delegationFor(key, wish)
    // Where the wallet itself is the sender, its transaction says what its signature would: one prompt instead of two.
    const call = { kind: 'delegate', delegation, walletSignature: '0x', possession } as const
    if (!chain.isSponsored) return handIn(money, call, tell)
    tell('asking')
    const signed = await wallet.signDelegation(delegation)
    return signed.outcome === 'declined' ? signed : handIn(money, { ...call, walletSignature: signed.value }, tell)
  }

  /** A permit of exactly the amount, handed in for what it is meant for. */
  async function permit(money: Money, kind: 'stake' | 'allow-payments', amount: bigint, tell: Tell): Promise<Outcome> {
    const { contracts } = money.chain.network
    tell('asking')
    const signed = await money.wallet.signPermit(kind === 'stake' ? contracts.stake : contracts.channels, amount)
    return signed.outcome === 'declined' ? signed : handIn(money, { kind, permit: signed.value }, tell)
  }

  return {
    learnChain: () => void follower.learn(),
    openStake: () => void follower.show(),
    leaveStake: follower.hide,
    lookBehind: createBackingLooker(stores, world),

    connectWallet(walletId) {
      press('connect', walletId, async ({ wallet }, tell) => {
        tell('asking')
        const asked = await wallet.connect(walletId)
        return asked.outcome === 'declined' ? asked : { outcome: 'done', value: null }
      })
    },

    disconnectWallet() {
      void follower.money().then(({ wallet }) => wallet.disconnect())
    },

    requestTestMoney() {
      press('test-money', null, async () => {
        await world.requestTestMoney(connected())
        return { outcome: 'done', value: null }
      })
    },

    delegateKey(cap) {
      press('delegate', null, (money, tell) => delegate(money, cap, tell))
    },

    renewKey() {
      press('renew-key', null, async ({ chain }) => {
        await renewKey(stores, world, chain)
        return { outcome: 'done', value: null }
      })
    },

    stakeTokens(amount) {
      press('stake', null, (money, tell) =>
        money.chain.isSponsored ? permit(money, 'stake', amount, tell) : sent(money, { kind: 'stake', amount }, tell),
      )
    },

    allowPayments(amount) {
      press('allow-payments', null, (money, tell) => permit(money, 'allow-payments', amount, tell))
    },

    revokeKey: (keyId) => send('revoke', { kind: 'revoke', keyId }, keyId),
    unbondTokens: (amount) => send('unbond', { kind: 'unbond', amount }),
    withdrawTokens: () => send('withdraw', { kind: 'withdraw' }),
    claimReward: () => send('claim-reward', { kind: 'claim-reward' }),
    requestClose: (channelId) => send('request-close', { kind: 'request-close', channelId }, channelId),
    finalizeClose: (channelId) => send('finalize-close', { kind: 'finalize-close', channelId }, channelId),

    settleEarnings() {
      press('settle', null, async ({ wallet, chain }, tell) => {
        const desk = await world.openDesk()
        if (desk === null) return { outcome: 'nothing' }
        const ask = async <T>(asking: Promise<Asked<T>>): Promise<Asked<T>> => {
          tell('asking')
          const asked = await asking
          if (asked.outcome === 'done') tell('sending')
          return asked
        }
        const settled = await desk.settle({
          sign: (batch) => ask(wallet.signBatch(batch)),
          // Where the site pays for nobody, the wallet sends both transactions.
          ...(!chain.isSponsored && { handIn: (call: HandIn) => ask(wallet.send({ kind: 'hand-in', call })) }),
        })
        return settled.outcome === 'settled' ? { outcome: 'done', value: settled.transaction } : settled
      })
    },
  }
}

function withTransaction(asked: Asked<{ transaction: HexBytes }>): Outcome {
  return asked.outcome === 'declined' ? asked : { outcome: 'done', value: asked.value.transaction }
}

const NOT_CONNECTED = {
  code: 'wallet/not-connected',
  message: 'No wallet is connected.',
  nextStep: 'Connect a wallet first.',
} as const
