import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WalletAccount } from '../../../src/participant/ports.ts'
import { buildDelegation, possessionDigest, SCOPE_PAY, SCOPE_SERVE } from '../../../src/protocol/channel/delegation.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { createChain } from '../../../src/wallet/create-chain.ts'
import { createWallet } from '../../../src/wallet/create-wallet.ts'
import { createEphemeralSessionKey } from '../../../src/wallet/session-key-webcrypto.ts'
import { openTestWallet } from '../../../src/wallet/test-wallet.ts'
import { type LocalChain, type ServedDoors, serveDoors, startLocalChain } from '../../doubles/local-chain.ts'
import { createQuickClock } from './quick-clock.ts'

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

test('through the doors of a page’s own server: a wallet without coins delegates, stakes and allows payments', async () => {
  const clock = createQuickClock()
  const { network } = local
  const { rpcUrl, sponsorUrl } = doors
  const chain = createChain({ network, rpcUrl, sponsorUrl, clock })
  const storage = { getItem: () => null, setItem: () => undefined }
  const testWallet = openTestWallet({ network, rpcUrl, clock, storage })
  const wallet = createWallet({ network, rpcUrl, clock, origin: rpcUrl, openTestWallet: async () => testWallet })
  let account: WalletAccount | null = null
  wallet.onAccount((next) => (account = next))
  await wallet.connect('test')
  const { address } = account as unknown as WalletAccount
  const headers = { 'content-type': 'application/json' }
  await fetch(doors.faucetUrl, { method: 'POST', headers, body: JSON.stringify({ address }) })
  await expect.poll(async () => (await chain.account(address)).balance).toBeGreaterThan(AMOUNT)

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
