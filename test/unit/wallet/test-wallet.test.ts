import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WalletAccount } from '../../../src/participant/ports.ts'
import { createEphemeralSessionKey } from '../../../src/wallet/session-key-webcrypto.ts'
import { openTestWallet } from '../../../src/wallet/test-wallet.ts'
import { createQuickClock } from '../../doubles/quick-clock.ts'
import { AMOUNT, possessionOf, termsFor } from './chain-people.ts'
import { type ChainWorld, startChainWorld } from './chain-world.ts'
import { sponsoredChain, walletOf } from './wallet-page.ts'

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
})
afterAll(() => world.stop())

function memoryStorage(): Pick<Storage, 'getItem' | 'setItem'> & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

function open(storage: Pick<Storage, 'getItem' | 'setItem'>, isTest = true) {
  const { network, rpcUrl } = world
  return openTestWallet({ network: { ...network, isTest }, rpcUrl, clock: createQuickClock(), storage })
}

async function addressOf(storage: Pick<Storage, 'getItem' | 'setItem'>): Promise<unknown> {
  return open(storage).request({ method: 'eth_accounts' })
}

test('the key of this page stays from visit to visit', async () => {
  const storage = memoryStorage()
  expect(await addressOf(storage)).toEqual(await addressOf(storage))
  expect(await addressOf(memoryStorage())).not.toEqual(await addressOf(storage))
})

test.each(['', '{', 'null', '{"version":2}', '{"version":1,"privateKey":"0x12"}'])(
  'what is kept and no key is replaced by one: %s',
  async (text) => {
    const storage = memoryStorage()
    storage.setItem('locus-test-wallet', text)
    expect(await addressOf(storage)).toEqual(await addressOf(storage))
  },
)

test('where nothing can be kept there is a key for this visit', async () => {
  const broken = {
    getItem: () => {
      throw new Error('SecurityError')
    },
    setItem: () => undefined,
  }
  expect(await addressOf(broken)).toEqual([expect.stringMatching(/^0x[0-9a-fA-F]{40}$/)])
})

test('where money is real it does not open', () => {
  expect(() => open(memoryStorage(), false)).toThrow(expect.objectContaining({ code: 'wallet/none' }))
})

test('it does whatever a person’s wallet does: it signs, stakes, and says why it cannot', async () => {
  const storage = memoryStorage()
  const wallet = walletOf(world, { openTestWallet: async () => open(storage) })
  let account: WalletAccount | null = null
  wallet.onAccount((next) => (account = next))
  await wallet.connect('test')
  const { address } = account as unknown as WalletAccount
  await world.fund(address)

  const key = await createEphemeralSessionKey()
  const delegation = await termsFor(world, address, key)
  const asked = await wallet.signDelegation(delegation)
  if (asked.outcome === 'declined') throw new Error('declined')
  const possession = await possessionOf(world, key, delegation)
  const chain = sponsoredChain(world)
  await chain.handIn({ kind: 'delegate', delegation, walletSignature: asked.value, possession })
  const permit = await wallet.signPermit(world.network.contracts.channels, AMOUNT)
  if (permit.outcome === 'declined') throw new Error('declined')
  await chain.handIn({ kind: 'allow-payments', permit: permit.value })

  await expect(wallet.send({ kind: 'stake', amount: AMOUNT })).resolves.toMatchObject({ outcome: 'done' })
  expect(await chain.account(address)).toMatchObject({ bonded: AMOUNT, payAllowance: AMOUNT })
  await expect(wallet.send({ kind: 'withdraw' })).rejects.toMatchObject({ code: 'chain/reverted' })
})
