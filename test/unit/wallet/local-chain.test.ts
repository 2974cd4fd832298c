import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WalletAccount } from '../../../src/participant/ports.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { buildDelegation, possessionDigest, SCOPE_PAY, SCOPE_SERVE } from '../../../src/protocol/channel/delegation.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { createChain } from '../../../src/wallet/create-chain.ts'
import { createWallet } from '../../../src/wallet/create-wallet.ts'
import { createEphemeralSessionKey } from '../../../src/wallet/session-key-webcrypto.ts'
import { openTestWallet } from '../../../src/wallet/test-wallet.ts'
import { type LocalChain, type ServedDoors, serveDoors, startLocalChain } from '../../doubles/local-chain.ts'
import { createQuickClock } from '../../doubles/quick-clock.ts'
import { createNodeWallet } from '../../doubles/wallet-in-node.ts'

const AMOUNT = 123_456_789_012_345_678_901n

let local: LocalChain
let doors: ServedDoors

beforeAll(async () => {
  local = await startLocalChain()
  doors = await serveDoors(local)
})
afterAll(async () => {
  await doors.stop()
  await local.stop()
})

function chainOfPage() {
  return createChain({
    network: local.network,
    rpcUrl: doors.rpcUrl,
    sponsorUrl: doors.sponsorUrl,
    clock: createQuickClock(),
  })
}

async function getTestMoney(address: Address): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await fetch(doors.faucetUrl, { method: 'POST', headers, body: JSON.stringify({ address }) })
  await expect.poll(async () => (await chainOfPage().account(address)).balance).toBeGreaterThan(AMOUNT)
}

test('through the doors of a page’s own server: a wallet without coins delegates, stakes and allows payments', async () => {
  const clock = createQuickClock()
  const { network } = local
  const { rpcUrl } = doors
  const chain = chainOfPage()
  const storage = { getItem: () => null, setItem: () => undefined }
  const testWallet = openTestWallet({ network, rpcUrl, clock, storage })
  const wallet = createWallet({ network, rpcUrl, clock, origin: rpcUrl, openTestWallet: async () => testWallet })
  let account: WalletAccount | null = null
  wallet.onAccount((next) => (account = next))
  await wallet.connect('test')
  const { address } = account as unknown as WalletAccount
  await getTestMoney(address)

  const key = await createEphemeralSessionKey()
  const delegation = buildDelegation({
    network,
    wallet: address,
    publicKey: key.publicKey,
    scope: SCOPE_SERVE | SCOPE_PAY,
    cap: AMOUNT,
    nowSeconds: await local.blockSeconds(),
    lifetimeSeconds: 86_400,
    origin: 'https://site.example',
  })
  const possession = `0x${bytesToHex(await key.sign(possessionDigest(network, delegation)))}` as const
  const signed = await wallet.signDelegation(delegation)
  const stake = await wallet.signPermit(network.contracts.stake, AMOUNT)
  if (signed.outcome === 'declined' || stake.outcome === 'declined') throw new Error('declined')
  const call = { kind: 'delegate', delegation, walletSignature: signed.value, possession } as const
  const { transaction } = await chain.handIn(call)
  await chain.handIn({ kind: 'stake', permit: stake.value })
  // The second permit is of the nonce that the first one leaves behind, so it is asked for after it.
  const allowed = await wallet.signPermit(network.contracts.channels, AMOUNT)
  if (allowed.outcome === 'declined') throw new Error('declined')
  await chain.handIn({ kind: 'allow-payments', permit: allowed.value })

  expect(await chain.account(address)).toMatchObject({ bonded: AMOUNT, payAllowance: AMOUNT })
  expect((await chain.sessionsOf(address)).map(({ wallet: owner }) => owner)).toEqual([address])
  expect(await chain.settleCostWei(3)).toBeGreaterThan(0n)
  await expect(chain.handIn(call)).rejects.toMatchObject({ details: { reason: 'KeyAlreadyUsed' } })
  const levels: string[] = []
  const stop = chain.watch(transaction, (level) => levels.push(level))
  await expect.poll(() => levels.at(-1)).toMatch(/^(seen|safe|finalized)$/)
  stop()
})

test.each([true, false])(
  'a wallet on another chain, which does not know ours, learns of it and stakes; both at once: %s',
  async (batches) => {
    const { rpcUrl } = doors
    const inNode = await createNodeWallet({
      privateKey: generatePrivateKey(),
      rpcUrl,
      activeChainId: 1,
      knowsChain: false,
      batches,
    })
    const provider = {
      async request({ method, params }: { method: string; params?: unknown }) {
        const reply = await inNode.request(method, (params ?? []) as unknown[])
        if ('error' in reply) throw Object.assign(new Error(reply.error.message), reply.error)
        return reply.result
      },
    }
    const clock = createQuickClock()
    const wallet = createWallet({
      network: local.network,
      rpcUrl,
      clock,
      origin: rpcUrl,
      openTestWallet: async () => provider,
    })
    await getTestMoney(inNode.address())
    inNode.declineNext()
    expect(await wallet.connect('test')).toEqual({ outcome: 'declined' })
    await wallet.connect('test')
    inNode.declineNext()
    expect(await wallet.send({ kind: 'stake', amount: AMOUNT })).toEqual({ outcome: 'declined' })
    await expect(wallet.send({ kind: 'stake', amount: AMOUNT })).resolves.toMatchObject({ outcome: 'done' })
    const kinds = inNode.prompts.map(({ kind }) => kind)
    const sends = batches ? ['transactions'] : ['transactions', 'transactions']
    expect(kinds).toEqual(['connect', 'connect', 'add-chain', 'add-chain', ...sends])
    expect((await chainOfPage().account(inNode.address())).bonded).toBe(AMOUNT)
  },
)
