import type { Hex } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { WalletAccount, WalletChoice } from '../../../src/participant/ports.ts'
import { createEphemeralSessionKey } from '../../../src/wallet/session-key-webcrypto.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createAnvilWallet } from './anvil-wallet.ts'
import { AMOUNT, personWithMoney, possessionOf, termsFor } from './chain-people.ts'
import { blockSeconds, type ChainWorld, startChainWorld } from './chain-world.ts'
import { neverAnswer, refuse, rpcError } from './scripted-provider.ts'
import { announce, connected, sponsoredChain, walletOf } from './wallet-page.ts'

const ROOT: Hex = `0x${'02'.repeat(32)}`

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
})
afterAll(() => world.stop())
afterEach(() => vi.unstubAllGlobals())

describe('choosing and connecting', () => {
  test('wallets that announce themselves are choices, and so is the page’s own on a test chain', async () => {
    announce(createAnvilWallet(world, await personWithMoney(world)))
    const seen: WalletChoice[][] = []
    walletOf(world).onChoices((choices) => seen.push(choices))()
    expect(seen.at(-1)?.map(({ id, isTest }) => [id, isTest])).toEqual([
      ['announced:one', false],
      ['test', true],
    ])
  })

  test('where money is real there is no test wallet, and nobody gets one by its name', async () => {
    const wallet = walletOf(world, { network: { ...world.network, isTest: false } })
    const seen: WalletChoice[][] = []
    wallet.onChoices((choices) => seen.push(choices))
    expect(seen).toEqual([[]])
    await expect(wallet.connect('test')).rejects.toMatchObject({ code: 'wallet/none' })
    await expect(wallet.connect('announced:nobody')).rejects.toMatchObject({ code: 'wallet/none' })
  })

  test('the account follows the person, and is gone when the wallet shows none', async () => {
    const { wallet, provider, person } = await connected(world)
    const accounts: (WalletAccount | null)[] = []
    const stop = wallet.onAccount((account) => accounts.push(account))
    const other = await personWithMoney(world)
    provider.emit('accountsChanged', [other.address.toLowerCase()])
    provider.emit('accountsChanged', [other.address])
    provider.emit('accountsChanged', [])
    expect(accounts.map((account) => account?.address ?? null)).toEqual([person.address, other.address, null])
    expect(provider.listeners).toBe(0)
    await expect(wallet.signPermit(world.prover, 1n)).rejects.toMatchObject({ code: 'wallet/not-connected' })
    stop()
  })

  test.each([
    ['declines', refuse, { outcome: 'declined' }],
    ['shows no account', [], { code: 'wallet/not-connected' }],
    ['shows what is none', ['0x12'], { code: 'wallet/not-connected' }],
    ['is busy', () => Promise.reject(rpcError(-32_002, 'pending')), { code: 'wallet/busy' }],
  ])('a wallet that %s connects nothing', async (_, answer, outcome) => {
    const provider = createAnvilWallet(world, await personWithMoney(world))
    provider.answer('eth_requestAccounts', answer)
    announce(provider)
    const wallet = walletOf(world)
    wallet.onChoices(() => undefined)
    expect(await wallet.connect('announced:one').catch((error: unknown) => error)).toMatchObject(outcome)
    wallet.onAccount((account) => expect(account).toBeNull())
  })

  test('who disconnects is forgotten, and nothing listens on', async () => {
    const { wallet, provider } = await connected(world)
    wallet.disconnect()
    wallet.disconnect()
    wallet.onAccount((account) => expect(account).toBeNull())
    expect(provider.listeners).toBe(0)
  })
})

describe('what a wallet signs, the chain takes', () => {
  test('a delegation', async () => {
    const { wallet, provider, person } = await connected(world)
    const key = await createEphemeralSessionKey()
    const delegation = await termsFor(world, person.address, key)
    const asked = await wallet.signDelegation(delegation)
    if (asked.outcome === 'declined') throw new Error('declined')
    const possession = await possessionOf(world, key, delegation)
    const chain = sponsoredChain(world)
    await chain.handIn({ kind: 'delegate', delegation, walletSignature: asked.value, possession })
    expect((await chain.session(key.publicKey))?.wallet).toBe(person.address)
    expect(provider.asked).toEqual(['eth_chainId', 'eth_signTypedData_v4'])
  })

  test.each(['stake', 'channels'] as const)('a permit for %s, of exactly the amount', async (contract) => {
    const { wallet, person } = await connected(world)
    const asked = await wallet.signPermit(world.network.contracts[contract], AMOUNT)
    if (asked.outcome === 'declined') throw new Error('declined')
    expect(asked.value).toMatchObject({ owner: person.address, amount: AMOUNT })
    const chain = sponsoredChain(world)
    await chain.handIn({ kind: contract === 'stake' ? 'stake' : 'allow-payments', permit: asked.value })
    const account = await chain.account(person.address)
    expect(contract === 'stake' ? account.bonded : account.payAllowance).toBe(AMOUNT)
  })

  test('a batch of receipts, of a total above 2⁵³', async () => {
    const { wallet, person } = await connected(world)
    const chain = sponsoredChain(world)
    const epoch = Math.floor((await blockSeconds(world)) / 60) - 2
    const snapshotBlock = await chain.blockNumber()
    const batch = {
      participant: person.address,
      kind: 2,
      epoch,
      root: ROOT,
      count: 3,
      total: 2n ** 127n,
      snapshotBlock,
    }
    const asked = await wallet.signBatch(batch)
    if (asked.outcome === 'declined') throw new Error('declined')
    await expect(chain.handIn({ kind: 'commit', batch, walletSignature: asked.value })).resolves.toBeDefined()
  })

  test.each([0n, -1n, 2n ** 128n, 2n ** 256n - 1n])('a permit without an end is not asked for: %s', async (amount) => {
    const { wallet, provider } = await connected(world)
    await expect(wallet.signPermit(world.network.contracts.stake, amount)).rejects.toThrow(RangeError)
    expect(provider.asked).toEqual([])
  })
})

describe('a signature is asked for', () => {
  async function askForAll(prepare: Parameters<typeof connected>[1]) {
    const { wallet, person } = await connected(world, prepare)
    const delegation = await termsFor(world, person.address, await createEphemeralSessionKey())
    const batch = { participant: person.address, kind: 2, epoch: 1, root: ROOT, count: 3, total: 9n, snapshotBlock: 1 }
    return [
      await wallet.signDelegation(delegation).catch((error: unknown) => error),
      await wallet.signPermit(world.network.contracts.stake, AMOUNT).catch((error: unknown) => error),
      await wallet.signBatch(batch).catch((error: unknown) => error),
    ]
  }
  const thrice = (one: object): unknown[] => [one, one, one].map((each) => expect.objectContaining(each))

  test('and declined, at the signature and at the switch', async () => {
    const declined = thrice({ outcome: 'declined' })
    expect(await askForAll((provider) => provider.answer('eth_signTypedData_v4', refuse))).toEqual(declined)
    const stubborn = await askForAll((provider) => {
      provider.answer('eth_chainId', '0x1')
      provider.answer('wallet_switchEthereumChain', refuse)
    })
    expect(stubborn).toEqual(declined)
  })

  test.each([
    ['nothing', null],
    ['no hex', 'yes'],
    ['65 zeroes', `0x${'00'.repeat(65)}`],
    ['a megabyte', `0x${'11'.repeat(1024 * 1024)}`],
    ['half a signature', `0x${'11'.repeat(32)}`],
  ])('and %s comes back', async (_, answer) => {
    const all = await askForAll((provider) => provider.answer('eth_signTypedData_v4', answer))
    expect(all).toEqual(thrice({ code: 'wallet/bad-signature' }))
  })

  test('and another account signs', async () => {
    const other = await personWithMoney(world)
    const all = await askForAll((provider) => {
      provider.answer('eth_signTypedData_v4', (params: unknown) =>
        other.signTypedData(JSON.parse((params as [string, string])[1])),
      )
    })
    expect(all).toEqual(thrice({ code: 'wallet/bad-signature' }))
  })

  test('and v comes back as 0 or 1, as some hardware wallets say it: the chain gets what it takes', async () => {
    const all = await askForAll((provider, person) => {
      provider.answer('eth_signTypedData_v4', async (params: unknown) => {
        const signature = await person.signTypedData(JSON.parse((params as [string, string])[1]))
        return `${signature.slice(0, -2)}${signature.endsWith('1b') ? '00' : '01'}`
      })
    })
    expect(all).toEqual(thrice({ outcome: 'done' }))
    expect((all as { value: string }[])[0]?.value).toMatch(/1[bc]$/)
  })

  test('and the wallet is silent', async () => {
    const clock = createFakeClock()
    const silent = await connected(world, (one) => one.answer('eth_signTypedData_v4', neverAnswer), { clock })
    const delegation = await termsFor(world, silent.person.address, await createEphemeralSessionKey())
    const given = expect(silent.wallet.signDelegation(delegation)).rejects.toMatchObject({ code: 'wallet/no-answer' })
    await clock.run(300_000)
    await given
  })

  test('for an account that is not connected, and the wallet is not asked', async () => {
    const { wallet, provider } = await connected(world)
    const delegation = await termsFor(world, world.prover, await createEphemeralSessionKey())
    await expect(wallet.signDelegation(delegation)).rejects.toMatchObject({ code: 'wallet/not-connected' })
    expect(provider.asked).toEqual([])
  })
})
