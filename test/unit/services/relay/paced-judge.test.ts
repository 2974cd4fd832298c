import { expect, test } from 'vitest'
import { createOfferJudge, createRootJudge } from '../../../../services/relay/paced-judge.ts'
import {
  OFFER_BURST,
  ROOT_BURST,
  ROOT_INTERVAL_MS,
  SOURCE_OFFER_BURST,
  SOURCE_OFFER_INTERVAL_MS,
} from '../../../../services/relay/relay-limits.ts'
import { signedOffer } from '../../../conformance/signed-offer.ts'
import { signedRoot } from '../../../conformance/signed-root.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'

const TOO_MANY = { verdict: 'ignore', code: 'offer/too-many' }

test('a valid offer is accepted, and a forged one is rejected', async () => {
  const clock = createFakeClock()
  const judge = createOfferJudge(clock)
  const offer = await signedOffer({ peerId: 'ada', nowMs: clock.now() })
  expect(judge(offer, 'ada', 'ada')).toEqual({ verdict: 'accept' })
  expect(judge(offer, 'mallory', 'mallory').verdict).toBe('reject')
})

test('one publisher is heard up to its burst', async () => {
  const clock = createFakeClock()
  const judge = createOfferJudge(clock)
  const offer = await signedOffer({ peerId: 'ada', nowMs: clock.now() })
  for (let i = 0; i < OFFER_BURST; i++) expect(judge(offer, 'ada', `door ${i}`).verdict).toBe('accept')
  expect(judge(offer, 'ada', 'another door')).toEqual(TOO_MANY)
})

test('one connection is heard up to its burst, however many names it brings, and again when time has passed', async () => {
  const clock = createFakeClock()
  const judge = createOfferJudge(clock)
  const nobody = Uint8Array.of(0xff)
  for (let i = 0; i < SOURCE_OFFER_BURST; i++) expect(judge(nobody, `name ${i}`, 'mallory').verdict).toBe('reject')
  const honest = await signedOffer({ peerId: 'ada', nowMs: clock.now() })
  expect(judge(honest, 'ada', 'mallory')).toEqual(TOO_MANY)
  expect(judge(honest, 'ada', 'ada').verdict).toBe('accept')
  clock.advance(SOURCE_OFFER_INTERVAL_MS)
  expect(judge(honest, 'ada', 'mallory').verdict).toBe('accept')
})

test('a valid root is accepted, one for somebody else is rejected, and a flood of them is ignored until time has passed', async () => {
  const clock = createFakeClock()
  const judge = createRootJudge(clock)
  const root = await signedRoot({ peerId: 'ada', nowMs: clock.now() })
  expect(judge(root, 'mallory', 'mallory')).toEqual({ verdict: 'reject', code: 'root/not-its-publisher' })
  for (let i = 0; i < ROOT_BURST; i++) expect(judge(root, 'ada', `door ${i}`)).toEqual({ verdict: 'accept' })
  expect(judge(root, 'ada', 'another door')).toEqual({ verdict: 'ignore', code: 'root/too-many' })
  clock.advance(ROOT_INTERVAL_MS)
  expect(judge(root, 'ada', 'another door')).toEqual({ verdict: 'accept' })
})
