import { expect, test } from 'vitest'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import {
  colludingEngine,
  copyingEngine,
  lazyEngine,
  muteVerifier,
  silentVerifier,
  turncoatVerifier,
} from '../../doubles/hostile-verifiers.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { acceptedOf, type ContributorOptions, createTown } from './town.ts'

/** `ada` serves, `bob` is honest, `mal` is not: both are drawn, because nobody else is there. */
async function auditWith(mal: ContributorOptions, asksWith: 'same cell' | 'other cell' = 'same cell') {
  const town = createTown()
  await town.contribute('ada')
  await town.contribute('bob', { script: { tokensPerSecond: 50 } })
  await town.contribute('mal', { ...mal, script: { tokensPerSecond: 50 } })
  const engine = createScriptedEngine({
    modelRoot: town.modelRoot,
    ...(asksWith === 'other cell' && { cell: { provider: 'webgpu', vendor: 'other' } }),
  })
  const access = createModelAccess({ engine, models: createTinyModelStore() }, town.modelRoot)
  const asker = await town.ask({}, { beacon: town.beacon, engine, access })
  await town.clock.run(120_000)
  await asker.done
  const { locus } = acceptedOf(asker)
  const of = (name: string) => locus.audits[0]?.verifiers.find(({ peerId }) => peerId === name)
  const offered = asker.offers.list(town.modelRoot).map(({ peerId }) => peerId)
  return { locus, bob: of('bob'), mal: of('mal'), offered }
}

test('a lazy verifier has no numbers at its places, so its word counts for nothing', async () => {
  const { locus, bob, mal, offered } = await auditWith({ corruptCheck: lazyEngine })
  expect(mal).toMatchObject({ outcome: 'faulty', reason: 'audit/probes' })
  expect(bob).toMatchObject({ outcome: 'pass' })
  expect(locus.verdict).toEqual({ verdict: 'pass' })
  expect(offered.toSorted()).toEqual(['ada', 'bob'])
})

test('copied numbers are of other places, and are found out', async () => {
  const { mal } = await auditWith({ corruptCheck: copyingEngine })
  expect(mal).toMatchObject({ outcome: 'faulty', reason: 'audit/probes' })
})

test('across cells the probes still tell a lazy verifier from one that computed', async () => {
  const { locus, bob, mal } = await auditWith({ corruptCheck: lazyEngine }, 'other cell')
  expect(mal).toMatchObject({ outcome: 'faulty' })
  expect(bob).toMatchObject({ outcome: 'pass' })
  expect(locus.settledBy).toBe('nobody')
})

test.each([
  ['never commits', silentVerifier],
  ['commits and never opens', muteVerifier],
  ['opens something else than it committed to', turncoatVerifier],
])('a verifier that %s has kept silent, and nobody waits for it for ever', async (_how, corruptVerifier) => {
  const { locus, bob, mal } = await auditWith({ corruptVerifier })
  expect(mal).toMatchObject({ outcome: 'silent', reason: 'audit/silent' })
  expect(bob).toMatchObject({ outcome: 'pass' })
  expect(locus.verdict).toEqual({ verdict: 'pass' })
})

test('a slanderer convenes a committee for nothing: who computed the bits itself needs nobody’s word', async () => {
  const { locus, mal } = await auditWith({ checksWith: { weights: 'slander' } })
  expect(mal?.outcome).toMatch(/fail|faulty/)
  expect(locus).toMatchObject({ verdict: { verdict: 'pass' }, settledBy: 'own-equality' })
})

test('a colluder that computes cannot be told from an honest verifier of an honest answer', async () => {
  const { mal } = await auditWith({ corruptCheck: colludingEngine })
  expect(mal).toMatchObject({ outcome: 'pass' })
})
