import { expect, test, vi } from 'vitest'
import { createBackingLooker } from '../../src/look-behind-keys.ts'
import type { Chain } from '../../src/participant/money-ports.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { bytesToHex } from '../../src/protocol/hash.ts'
import { createStores } from '../../src/stores/index.ts'
import { holdings, NOW, OTHER_WALLET, session, tokens, WALLET } from '../doubles/sample-money.ts'
import { createScriptedMoney } from '../doubles/scripted-money.ts'

const [ONE, OTHER, NOBODY] = ['5e', 'b7', 'c8'].map((byte) => byte.repeat(64)) as [string, string, string]
const GONE = new CodedError({ code: 'chain/unreachable', message: 'm', nextStep: 'n' })

function createPage(changes: Partial<Chain> = {}) {
  const stores = createStores()
  const money = createScriptedMoney({ isSponsored: true })
  const asked: string[] = []
  const chain: Chain = {
    ...money.chain,
    async session(publicKey) {
      const key = bytesToHex(publicKey)
      asked.push(key.slice(0, 2))
      return key === NOBODY ? null : session()
    },
    async account(wallet) {
      asked.push(wallet)
      return holdings({ wallet })
    },
    ...changes,
  }
  let now = NOW
  const openChain = vi.fn(async (): Promise<Chain | null> => chain)
  const lookBehind = createBackingLooker(stores, { openChain, now: () => now * 1_000 })
  return {
    openChain,
    asked,
    async look(keys: readonly string[], again = false) {
      lookBehind(keys, again)
      await vi.dynamicImportSettled()
      await new Promise((resolve) => setImmediate(resolve))
    },
    lookBehind,
    pass: (seconds: number) => (now += seconds),
    of: (key: string) => stores.stake.getState().backings[key],
  }
}

test('says of each key who stands behind it, and with how much; asks for one wallet once', async () => {
  const page = createPage()
  await page.look([ONE, OTHER, NOBODY])
  expect(page.of(ONE)).toMatchObject({
    look: { state: 'done' },
    known: { session: { wallet: WALLET }, holdings: { bonded: tokens(500) }, at: NOW },
  })
  expect(page.of(NOBODY)).toEqual({ look: { state: 'done' }, known: { session: null, holdings: null, at: NOW } })
  expect(page.asked).toEqual(['5e', WALLET, 'b7', 'c8'])
})

test('looks up once what is known, and anew when it is told to', async () => {
  const page = createPage()
  await page.look([ONE])
  await page.look([ONE, NOBODY])
  expect(page.asked).toEqual(['5e', WALLET, 'c8'])
  page.pass(60)
  await page.look([ONE], true)
  expect(page.of(ONE)?.known?.at).toBe(NOW + 60)
})

test('does not ask twice at the same time', async () => {
  const page = createPage()
  page.lookBehind([ONE], false)
  expect(page.of(ONE)).toEqual({ look: { state: 'looking' }, known: null })
  await page.look([ONE], true)
  expect(page.asked).toEqual(['5e', WALLET])
})

test('keeps what it knew when the chain does not answer, and says so of every key that it could not look up', async () => {
  let isGone = false
  const page = createPage({
    async account(wallet) {
      if (isGone) throw GONE
      return holdings({ wallet })
    },
  })
  await page.look([ONE])
  isGone = true
  await page.look([ONE, OTHER], true)
  expect(page.of(ONE)).toMatchObject({ look: { state: 'failed', error: { code: 'chain/unreachable' } }, known: {} })
  expect(page.of(OTHER)).toMatchObject({ look: { state: 'failed' }, known: null })
  expect(page.asked.filter((key) => key === 'b7')).toEqual([])
  isGone = false
  await page.look([ONE, OTHER])
  expect([page.of(ONE)?.look.state, page.of(OTHER)?.look.state]).toEqual(['done', 'done'])
})

test('follows each key to its own wallet', async () => {
  const page = createPage({
    session: async (publicKey) => session({ wallet: bytesToHex(publicKey) === ONE ? WALLET : OTHER_WALLET }),
  })
  await page.look([ONE, OTHER])
  expect(page.of(OTHER)?.known?.session?.wallet).toBe(OTHER_WALLET)
  expect(page.asked).toEqual([WALLET, OTHER_WALLET])
})

test('what has been a site without a chain, or a page that cannot load what speaks to it, fails with a code', async () => {
  const page = createPage()
  page.openChain.mockResolvedValueOnce(null)
  await page.look([ONE])
  expect(page.of(ONE)?.look).toMatchObject({ state: 'failed', error: { code: 'chain/none' } })
  page.openChain.mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'))
  await page.look([ONE])
  expect(page.of(ONE)?.look).toMatchObject({ state: 'failed', error: { code: 'chain/unreachable' } })
})
