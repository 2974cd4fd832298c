import { expect, test, vi } from 'vitest'
import type { EarningsDesk } from '../../src/follow-stake.ts'
import type { Earnings } from '../../src/participant/money-events.ts'
import type { SessionState } from '../../src/participant/money-ports.ts'
import { renewKey } from '../../src/renew-key.ts'
import { createStores } from '../../src/stores/index.ts'
import { ENGINE } from '../doubles/sample-locus.ts'
import { earnings, NOW, session, tokens } from '../doubles/sample-money.ts'
import { createSeededSessionKey } from '../doubles/seeded-session-key.ts'

interface Wish {
  session?: SessionState | null
  owed?: Partial<Earnings>
  hasDesk?: boolean
  replaceKey?: () => Promise<void>
}

function createPage({ session: found = null, owed = {}, hasDesk = true, replaceKey }: Wish = {}) {
  const stores = createStores()
  const done: string[] = []
  const desk = { earnings: async () => earnings(owed) } as EarningsDesk
  const world = {
    openKey: async () => createSeededSessionKey(7),
    openDesk: async () => (hasDesk ? desk : null),
    replaceKey:
      replaceKey ??
      (async () => {
        done.push('replaced')
      }),
    reload: () => void done.push('reloaded'),
  }
  return { stores, done, renew: () => renewKey(stores, world, { session: async () => found }) }
}

const NOTHING_OWED = { pending: 0n, claimable: 0n }

test('a new key is kept, and the page is loaded anew after that', async () => {
  const page = createPage({ owed: NOTHING_OWED })
  await page.renew()
  expect(page.done).toEqual(['replaced', 'reloaded'])
})

test('where nothing is paid, nothing is owed', async () => {
  const page = createPage({ hasDesk: false })
  await page.renew()
  expect(page.done).toEqual(['replaced', 'reloaded'])
})

test('a key that is owed something keeps its place until a wallet stands behind it', async () => {
  const page = createPage({ owed: { pending: tokens(3), claimable: tokens(1) } })
  await expect(page.renew()).rejects.toMatchObject({ code: 'payment/no-payee' })
  expect(page.done).toEqual([])
})

test('with a wallet behind it, also a revoked key may go: what it is owed stays claimable', async () => {
  const page = createPage({ session: session({ revokedAt: NOW }), owed: { pending: tokens(3), claimable: tokens(3) } })
  await page.renew()
  expect(page.done).toEqual(['replaced', 'reloaded'])
})

test('a page that contributes keeps its key, also while it is paused', async () => {
  for (const state of [
    { state: 'ready', engine: ENGINE },
    { state: 'paused', engine: null, reason: 'r', nextStep: 'n' },
  ] as const) {
    const page = createPage({ owed: NOTHING_OWED })
    page.stores.contribute.apply({ type: 'state', state })
    await expect(page.renew()).rejects.toMatchObject({ code: 'lease/key-in-use' })
    expect(page.done).toEqual([])
  }
})

test('a page that waits for an answer keeps its key until the answer has ended', async () => {
  const page = createPage({ owed: NOTHING_OWED })
  const settings = { temperatureMilli: 0, maxTokens: 1, payment: null }
  page.stores.ask.apply({ type: 'asked', id: 'a', prompt: '', settings, at: 0 })
  await expect(page.renew()).rejects.toMatchObject({ code: 'lease/key-in-use' })
  const error = { code: 'job/busy', message: 'm', nextStep: 'n' } as const
  page.stores.ask.apply({ type: 'event', id: 'a', at: 1, event: { type: 'state', state: { state: 'failed', error } } })
  await page.renew()
  expect(page.done).toEqual(['replaced', 'reloaded'])
})

test('what is begun while the chain is asked keeps the key too', async () => {
  const page = createPage({ owed: NOTHING_OWED })
  const renewing = page.renew()
  page.stores.contribute.apply({ type: 'state', state: { state: 'ready', engine: ENGINE } })
  await expect(renewing).rejects.toMatchObject({ code: 'lease/key-in-use' })
  expect(page.done).toEqual([])
})

test('a key that could not be replaced leaves the page as it is', async () => {
  const replaceKey = vi.fn(() => Promise.reject(new Error('full')))
  const page = createPage({ owed: NOTHING_OWED, replaceKey })
  await expect(page.renew()).rejects.toThrow('full')
  expect(page.done).toEqual([])
})
