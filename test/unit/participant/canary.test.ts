import { expect, test } from 'vitest'
import { canaryOf, isCanaryDue, passedCanary } from '../../../src/participant/canary.ts'
import type { Random } from '../../../src/participant/ports.ts'
import { freeTerms } from '../../../src/protocol/channel/payment-terms.ts'
import { taggedHash } from '../../../src/protocol/hash.ts'
import { faultOfBundle } from '../../../src/protocol/receipt/verify.ts'
import { colludingEngine } from '../../doubles/hostile-verifiers.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { acceptedOf, createTown, settle } from './town.ts'

/** Chance that falls on a canary every time. */
function unlucky(seed: number): Random {
  const random = createSeededRandom(seed)
  return { bytes: (length) => (length === 4 ? new Uint8Array(4) : random.bytes(length)) }
}

test.each([
  [0, true],
  [4_294_967, true],
  [4_294_968, false],
  [0xffff_ffff, false],
])('of all 32-bit words one in a thousand makes a canary: %i, %s', (word, isDue) => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, word)
  expect(isCanaryDue({ bytes: () => bytes })).toBe(isDue)
})

test('a canary is signed like any answer and differs in one segment’s rows', async () => {
  const town = createTown()
  await town.contribute('ada')
  const asker = await town.ask()
  await asker.done
  const { bundle } = acceptedOf(asker)
  const made = await canaryOf(bundle, createSeededSessionKey(77), createSeededRandom(2))
  if (made === null) throw new Error('no canary was made')
  const { bundle: canary, salt } = made
  expect(faultOfBundle(canary)).toBeNull()
  const rows = (of: typeof bundle) => of.legs[0]?.segments.map(({ rowsHash }) => Buffer.from(rowsHash).toString('hex'))
  const unequal = rows(canary)?.filter((hash, i) => hash !== rows(bundle)?.[i])
  expect(unequal).toEqual([Buffer.from(taggedHash('canary', salt)).toString('hex')])
  expect(canary.legs[0]?.segments.map(({ ids }) => ids)).toEqual(bundle.legs[0]?.segments.map(({ ids }) => ids))
  expect(canary.legs[0]?.accept.providerKey).not.toEqual(bundle.legs[0]?.accept.providerKey)
  // Its channel is the one that such a pair would have, or it would be known by that.
  const { request, accept } = canary.legs[0] ?? {}
  const terms = freeTerms(request?.requesterKey ?? new Uint8Array(), accept?.providerKey ?? new Uint8Array())
  expect(request?.payment).toEqual(terms)
})

test('who vouches for a canary is named by its own signature, and its offers are not heard again', async () => {
  const town = createTown()
  await town.contribute('ada')
  await town.contribute('bob', { script: { tokensPerSecond: 50 } })
  const mal = await town.contribute('mal', { script: { tokensPerSecond: 50 }, corruptCheck: colludingEngine })
  const asker = await town.ask({}, { beacon: town.beacon, random: unlucky(3) })
  await town.clock.run(60_000)
  await asker.done
  const { locus } = acceptedOf(asker)
  expect(locus).toMatchObject({ settledBy: 'own-equality', audits: [] })
  expect(locus.auditNote).toMatch(/test them/)
  await settle()
  const record = (await asker.records()).find(({ reason }) => reason === 'audit/canary')
  if (record?.canarySalt === undefined) throw new Error('no canary was kept with its salt')
  const { bundle: canary } = record
  expect(canary.audits[0]?.reveals).toHaveLength(2)
  expect(passedCanary(canary)).toEqual([mal.key])
  expect(asker.offers.list(town.modelRoot).map(({ peerId }) => peerId)).not.toContain('mal')
})
