import { describe, expect, it, test, vi } from 'vitest'
import type { EarningsDesk, StakeWorld } from '../../src/follow-stake.ts'
import { createStakeManager } from '../../src/manage-stake.ts'
import { delegationDigest, keyIdOf, possessionDigest, signerOf } from '../../src/protocol/channel/delegation.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { hexToBytes } from '../../src/protocol/hash.ts'
import { isSignedBy } from '../../src/protocol/receipt/signature.ts'
import { createStores, type StakeTask } from '../../src/stores/index.ts'
import {
  CHANNEL_ID,
  earnings,
  LAPTOP_KEY_ID,
  NETWORK,
  NOW,
  OTHER_WALLET,
  session,
  TRANSACTION,
  tokens,
  WALLET,
} from '../doubles/sample-money.ts'
import { createScriptedMoney } from '../doubles/scripted-money.ts'
import { createSeededSessionKey } from '../doubles/seeded-session-key.ts'

const KEY = createSeededSessionKey(7)
const CHAIN = { network: NETWORK, rpcUrl: '/rpc', sponsorUrl: '/sponsor', faucetUrl: '/faucet' }
const BROKEN = new CodedError({ code: 'chain/unreachable', message: 'm', nextStep: 'n' })

/** Everything that was started has run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    await vi.dynamicImportSettled()
  }
}

function createDesk(): EarningsDesk & { batches: number } {
  const desk = {
    batches: 0,
    earnings: async () => earnings(),
    paying: async () => [{ channelId: CHANNEL_ID, promised: 5n }],
    async settle({ sign }: Parameters<EarningsDesk['settle']>[0]) {
      desk.batches += 1
      const batch = {
        participant: WALLET,
        kind: 2,
        epoch: 1,
        root: '0x01',
        count: 37,
        total: 5n,
        snapshotBlock: 7,
      } as const
      const signed = await sign(batch)
      return signed.outcome === 'declined'
        ? signed
        : { outcome: 'settled' as const, paid: 5n, transaction: TRANSACTION }
    },
  }
  return desk
}

function createPage({ isSponsored = true, ...changes }: Partial<StakeWorld> & { isSponsored?: boolean } = {}) {
  const stores = createStores()
  const money = createScriptedMoney({ isSponsored })
  const desk = createDesk()
  const timers = new Set<() => void>()
  const steps: string[] = []
  let opened = 0
  stores.stake.subscribe(({ task }, before) => {
    if (task !== null && task !== before.task) steps.push(task.step.state)
  })
  const world: StakeWorld = {
    readConfig: async () => ({ chain: CHAIN }),
    async openMoney() {
      opened += 1
      return money
    },
    openChain: async () => money.chain,
    openKey: async () => KEY,
    replaceKey: async () => undefined,
    reload: () => undefined,
    openDesk: async () => desk,
    requestTestMoney: async () => undefined,
    origin: 'https://locus.example',
    now: () => NOW * 1_000,
    every(_interval, callback) {
      timers.add(callback)
      return () => timers.delete(callback)
    },
    ...changes,
  }
  const actions = createStakeManager(stores, world)
  return { stores, money, desk, timers, steps, actions, opened: () => opened, state: () => stores.stake.getState() }
}

async function connected(options: Parameters<typeof createPage>[0] = {}) {
  const page = createPage(options)
  page.actions.openStake()
  await settle()
  page.actions.connectWallet('test')
  await settle()
  page.steps.length = 0
  return page
}

function taskOf(page: { state(): { task: StakeTask | null } }): StakeTask {
  const { task } = page.state()
  if (task === null) throw new TypeError('nothing was pressed')
  return task
}

describe('the screen', () => {
  it('learns of a chain without loading anything that speaks to it', async () => {
    const page = createPage()
    page.actions.learnChain()
    await settle()
    expect(page.state().site).toMatchObject({ state: 'known', isSponsored: true, hasFaucet: true })
    expect(page.opened()).toBe(0)
  })

  it('says so where the site names no chain, and loads nothing', async () => {
    const page = createPage({ readConfig: async () => ({ chain: null }) })
    page.actions.openStake()
    await settle()
    expect(page.state().site).toEqual({ state: 'none' })
    expect(page.opened()).toBe(0)
  })

  it('shows wallets, key and earnings without any wallet', async () => {
    const page = createPage()
    page.actions.openStake()
    await settle()
    const keyId = keyIdOf(signerOf(KEY.publicKey, NETWORK.contracts.p256Verifier))
    expect(page.state()).toMatchObject({ account: null, holdings: null, device: { keyId, session: null }, asOf: NOW })
    expect(page.state().wallets).toHaveLength(3)
    expect(page.state().earnings?.freeTokens).toBe(48_210)
    expect(page.state().paying[0]).toMatchObject({ channelId: CHANNEL_ID, promised: 5n })
  })

  it('leaves the chain alone when it is left, and opens everything once', async () => {
    const page = await connected()
    expect([page.money.changes.size, page.timers.size]).toEqual([1, 1])
    page.actions.leaveStake()
    expect([page.money.changes.size, page.timers.size]).toEqual([0, 0])
    page.actions.openStake()
    await settle()
    expect([page.money.changes.size, page.timers.size, page.opened()]).toEqual([1, 1, 1])
  })

  it('may be tried again where it could not be loaded', async () => {
    let isBroken = true
    const money = createScriptedMoney({ isSponsored: true })
    const openMoney = async () => {
      if (isBroken) throw BROKEN
      return money
    }
    const page = createPage({ openMoney })
    page.actions.openStake()
    await settle()
    expect(page.state().site).toMatchObject({ state: 'failed', error: { code: 'chain/unreachable' } })
    isBroken = false
    page.actions.openStake()
    await settle()
    expect(page.state().site.state).toBe('known')
  })

  it('keeps what it showed when the chain stops answering, and says that it is old', async () => {
    const page = await connected()
    page.money.unreachable = BROKEN
    for (const change of page.money.changes) change()
    await settle()
    expect(page.state().holdings?.bonded).toBe(tokens(500))
    expect(page.state().staleBecause?.code).toBe('chain/unreachable')
    page.money.unreachable = null
    for (const change of page.money.changes) change()
    await settle()
    expect(page.state().staleBecause).toBeNull()
  })

  it('follows the person to another account', async () => {
    const page = await connected()
    page.money.switchTo(OTHER_WALLET)
    expect(page.state().holdings).toBeNull()
    await settle()
    expect(page.state().holdings?.wallet).toBe(OTHER_WALLET)
    expect(page.money.changes.size).toBe(1)
    page.actions.disconnectWallet()
    await settle()
    expect(page.state()).toMatchObject({ account: null, holdings: null })
  })
})

describe('a delegation', () => {
  it('is signed by wallet and key, names this page, and is handed in by the site', async () => {
    const page = await connected()
    page.actions.delegateKey(tokens(25))
    await settle()
    const [call] = page.money.handedIn
    if (call?.kind !== 'delegate') throw new TypeError('no delegation was handed in')
    expect(call.delegation).toMatchObject({
      wallet: WALLET,
      scope: 7,
      cap: tokens(25),
      origin: 'https://locus.example',
    })
    expect(call.walletSignature).toBe('0x5160')
    const possession = hexToBytes(call.possession.slice(2))
    expect(isSignedBy(KEY.publicKey, possessionDigest(NETWORK, call.delegation), possession)).toBe(true)
    expect(isSignedBy(KEY.publicKey, delegationDigest(NETWORK, call.delegation), possession)).toBe(false)
    expect(page.steps).toEqual(['preparing', 'asking', 'sending', 'done'])
  })

  it('may not pay where nothing may be spent', async () => {
    const page = await connected()
    page.actions.delegateKey(0n)
    await settle()
    expect(page.money.delegations[0]).toMatchObject({ scope: 3, cap: 0n })
  })

  it('is one prompt where the wallet itself sends it', async () => {
    const page = await connected({ isSponsored: false })
    page.actions.delegateKey(0n)
    await settle()
    expect(page.money.delegations).toEqual([])
    expect(page.money.sent).toMatchObject([{ kind: 'hand-in', call: { kind: 'delegate', walletSignature: '0x' } }])
  })
})

describe('stake', () => {
  it('is a permit of exactly the amount where the site hands in', async () => {
    const page = await connected()
    page.actions.stakeTokens(5n)
    await settle()
    expect(page.money.permits).toEqual([{ spender: NETWORK.contracts.stake, amount: 5n }])
    expect(page.money.handedIn).toMatchObject([{ kind: 'stake', permit: { amount: 5n } }])
    expect(page.money.sent).toEqual([])
  })

  it('is one call of the wallet’s own where it does not', async () => {
    const page = await connected({ isSponsored: false })
    page.actions.stakeTokens(5n)
    await settle()
    expect(page.money.sent).toEqual([{ kind: 'stake', amount: 5n }])
    expect(page.money.permits).toEqual([])
  })

  it('stays as it is when the person says no', async () => {
    const page = await connected()
    page.money.answer = 'no'
    page.actions.stakeTokens(5n)
    await settle()
    expect(taskOf(page)).toEqual({ kind: 'stake', subject: null, step: { state: 'declined' } })
    expect([page.money.handedIn, page.state().transactions]).toEqual([[], []])
  })

  it('tells an error with its code, and can be pressed again', async () => {
    const page = await connected()
    page.money.answer = new CodedError({ code: 'wallet/busy', message: 'm', nextStep: 'n' })
    page.actions.stakeTokens(5n)
    await settle()
    expect(taskOf(page).step).toMatchObject({ state: 'failed', error: { code: 'wallet/busy' } })
    page.money.answer = 'yes'
    page.actions.stakeTokens(6n)
    await settle()
    expect(taskOf(page).step.state).toBe('done')
  })

  it('is asked for once, however often it is pressed', async () => {
    const page = await connected()
    page.actions.stakeTokens(5n)
    page.actions.stakeTokens(5n)
    page.actions.unbondTokens(5n)
    await settle()
    expect([page.money.permits.length, page.money.sent.length]).toEqual([1, 0])
  })
})

test('a new key is one press, told from its beginning to its end', async () => {
  const reload = vi.fn()
  const page = await connected({ reload })
  page.actions.renewKey()
  await settle()
  expect([page.steps, reload.mock.calls.length]).toEqual([['preparing', 'done'], 1])
  expect([page.money.sent, page.money.handedIn]).toEqual([[], []])
})

test('what only the wallet can do, it sends', async () => {
  const page = await connected()
  const presses = [
    () => page.actions.unbondTokens(3n),
    () => page.actions.withdrawTokens(),
    () => page.actions.claimReward(),
    () => page.actions.revokeKey(LAPTOP_KEY_ID),
    () => page.actions.requestClose(CHANNEL_ID),
    () => page.actions.finalizeClose(CHANNEL_ID),
  ]
  for (const press of presses) {
    press()
    await settle()
  }
  expect(page.money.sent).toEqual([
    { kind: 'unbond', amount: 3n },
    { kind: 'withdraw' },
    { kind: 'claim-reward' },
    { kind: 'revoke', keyId: LAPTOP_KEY_ID },
    { kind: 'request-close', channelId: CHANNEL_ID },
    { kind: 'finalize-close', channelId: CHANNEL_ID },
  ])
})

test('payments are allowed to the contract of channels, and to no other', async () => {
  const page = await connected()
  page.actions.allowPayments(9n)
  await settle()
  expect(page.money.permits).toEqual([{ spender: NETWORK.contracts.channels, amount: 9n }])
  expect(page.money.handedIn).toMatchObject([{ kind: 'allow-payments' }])
})

test('a transaction is followed until it is final, through a reorganisation', async () => {
  const page = await connected()
  page.actions.stakeTokens(5n)
  await settle()
  const levels = (['seen', 'dropped', 'seen', 'safe', 'finalized'] as const).map((level) => {
    page.money.watches.get(TRANSACTION)?.(level)
    return page.state().transactions[0]?.level
  })
  expect(levels).toEqual(['seen', 'dropped', 'seen', 'safe', 'finalized'])
  expect(page.money.watches.size).toBe(0)
})

describe('settling', () => {
  it('is one signature', async () => {
    const page = await connected()
    page.money.session = session()
    page.actions.settleEarnings()
    await settle()
    expect(page.steps).toEqual(['preparing', 'asking', 'sending', 'done'])
    expect(page.state().transactions[0]).toMatchObject({ kind: 'settle', transaction: TRANSACTION })
  })

  it('that is declined loses nothing', async () => {
    const page = await connected()
    page.money.answer = 'no'
    page.actions.settleEarnings()
    await settle()
    expect(taskOf(page).step.state).toBe('declined')
    expect(page.state().earnings?.pending).toBe(tokens(3, 482))
  })

  it('says what it costs where the wallet pays for it', async () => {
    expect((await connected({ isSponsored: false })).state().settleCostWei).toBe(1_000n)
    expect((await connected()).state().settleCostWei).toBeNull()
  })
})

test('money for trying comes to the wallet that is connected', async () => {
  const asked: string[] = []
  const page = await connected({ requestTestMoney: async (to) => void asked.push(to) })
  page.actions.requestTestMoney()
  await settle()
  expect(asked).toEqual([WALLET])
  page.actions.disconnectWallet()
  await settle()
  page.actions.requestTestMoney()
  await settle()
  expect(taskOf(page).step).toMatchObject({ state: 'failed', error: { code: 'wallet/not-connected' } })
})
