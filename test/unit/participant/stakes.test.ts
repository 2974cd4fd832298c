import { expect, test } from 'vitest'
import type { Chain } from '../../../src/participant/ports.ts'
import { backingOf, createStakeReader } from '../../../src/participant/stakes.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createMemoryChain } from '../../doubles/memory-chain.ts'
import { createRecordingLogger } from '../../doubles/recording-logger.ts'
import { keyOf, walletOf, wholeTokens } from './sample-stakes.ts'

const [ADA, BOB] = [keyOf(11), keyOf(12)]
const KEYS = [ADA.publicKey, BOB.publicKey, ADA.publicKey]
const signal = new AbortController().signal

function reading(openChain: () => Promise<Chain | null>) {
  const clock = createFakeClock()
  const logger = createRecordingLogger()
  return { clock, logger, read: createStakeReader({ openChain, clock, logger }) }
}

test('says of each key who stands behind it and with how much, asking for each once', async () => {
  const chain = createMemoryChain()
  chain.delegate(ADA.publicKey, walletOf(0xa))
  chain.bonded.set(walletOf(0xa), wholeTokens(3))
  const asked: number[] = []
  const counting: Chain = { ...chain, backings: (keys) => (asked.push(keys.length), chain.backings(keys)) }
  const { clock, read } = reading(async () => counting)
  const stakes = await read(KEYS, signal)
  expect(backingOf(stakes, ADA.publicKey)).toMatchObject({ wallet: walletOf(0xa), bonded: wholeTokens(3) })
  expect(backingOf(stakes, BOB.publicKey)).toBeNull()
  expect(asked).toEqual([2])
  expect(clock.pending).toBe(0)
})

test('a site without a chain has nothing to ask', async () => {
  expect(await reading(async () => null).read(KEYS, signal)).toEqual({ state: 'none' })
})

const BROKEN = new CodedError({ code: 'chain/wrong-chain', message: 'm', nextStep: 'n' })

test.each<[string, () => Promise<Chain | null>]>([
  ['opened', () => Promise.reject(BROKEN)],
  ['read', async () => ({ ...createMemoryChain(), backings: () => Promise.reject(BROKEN) })],
])('a chain that cannot be %s breaks nothing', async (_, openChain) => {
  const { logger, read } = reading(openChain)
  expect(await read(KEYS, signal)).toEqual({ state: 'unreachable' })
  expect(JSON.stringify(logger)).not.toContain(walletOf(0xa))
})

test.each<[string, (asked: AbortSignal[]) => () => Promise<Chain | null>]>([
  ['to open', () => () => new Promise<never>(() => {})],
  [
    'to answer',
    (asked) => async () => ({
      ...createMemoryChain(),
      backings(_keys, given) {
        if (given !== undefined) asked.push(given)
        return new Promise<never>(() => {})
      },
    }),
  ],
])('a chain that takes for ever %s is waited for three seconds, and then told to stop', async (_, chain) => {
  const asked: AbortSignal[] = []
  const { clock, read } = reading(chain(asked))
  let isDone = false
  const stakes = read(KEYS, signal).finally(() => (isDone = true))
  await clock.run(2_999)
  expect(isDone).toBe(false)
  await clock.run(1)
  expect(isDone).toBe(true)
  expect(await stakes).toEqual({ state: 'unreachable' })
  expect(asked.every(({ aborted }) => aborted)).toBe(true)
  expect(clock.pending).toBe(0)
})

test('who stops waiting stops the reading', async () => {
  const stop = new AbortController()
  const { read } = reading(async () => ({
    ...createMemoryChain(),
    backings: (_keys, given) =>
      new Promise<never>((_resolve, reject) => given?.addEventListener('abort', () => reject(BROKEN))),
  }))
  const stakes = read(KEYS, stop.signal)
  await new Promise((resolve) => setImmediate(resolve))
  stop.abort()
  expect(await stakes).toEqual({ state: 'unreachable' })
})
