import { expect, test } from 'vitest'
import { testBeacon } from '../../conformance/beacon.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createScriptedBeacon } from '../../doubles/scripted-beacon.ts'

testBeacon(async () => {
  const clock = createFakeClock()
  return { beacon: createScriptedBeacon({ clock }), clock }
})

test('beacons of one seed are one chain, and of another seed another', () => {
  const clock = createFakeClock()
  const [one, same, other] = [1, 1, 2].map((seed) => createScriptedBeacon({ clock, seed }))
  expect(same?.chain).toEqual(one?.chain)
  expect(same?.peek(7)).toEqual(one?.peek(7))
  expect(other?.chain.chainHash).not.toBe(one?.chain.chainHash)
})
