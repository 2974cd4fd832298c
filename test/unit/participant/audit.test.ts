import { expect, test } from 'vitest'
import { auditWorldOf } from '../../../src/participant/audit-world.ts'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import type { Engine } from '../../../src/participant/ports.ts'
import { allProbes, reviewOf } from '../../../src/participant/review.ts'
import { checkBundle } from '../../../src/participant/verify.ts'
import { attestationDigest } from '../../../src/protocol/audit/attestation.ts'
import { faultOfAudit } from '../../../src/protocol/audit/fault-of-audit.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { bundleFromJson, bundleToJson } from '../../../src/protocol/receipt/bundle-file.ts'
import { CERTAIN } from '../../../src/protocol/selection/lottery.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedEngine, type ScriptedEngineOptions } from '../../doubles/scripted-engine.ts'
import { type Asker, acceptedOf, createTown, type Town } from './town.ts'

/** Until the beacon has spoken and everybody is at rest. */
async function drawn(town: Town, asker: Asker): Promise<void> {
  await town.clock.run(60_000)
  await asker.done
}

function deviceOf(town: Town, script: Partial<ScriptedEngineOptions> = {}) {
  const engine = createScriptedEngine({ modelRoot: town.modelRoot, ...script })
  const access = createModelAccess({ engine, models: createTinyModelStore() }, town.modelRoot)
  return { engine, access, thresholds: { version: 1 as const, pairs: [] } }
}

/** A device whose bits nobody owes: it cannot check exactly, and nobody measured how far apart honest ones are. */
function otherCell(town: Town): { engine: Engine; access: ReturnType<typeof createModelAccess> } {
  return deviceOf(town, { cell: { provider: 'webgpu', vendor: 'other' } })
}

test('an answer goes from delivered to drawn, attested and accepted, and all of it is in its bundle', async () => {
  const town = createTown()
  const contributors = [await town.contribute('ada'), await town.contribute('bob'), await town.contribute('cy')]
  const asker = await town.ask({}, { beacon: town.beacon })
  await drawn(town, asker)
  const { locus, bundle } = acceptedOf(asker)
  expect(asker.states()).toEqual([
    'finding',
    'negotiating',
    'streaming',
    'checking',
    'drawing',
    'attesting',
    'accepted',
  ])
  expect(locus).toMatchObject({ verdict: { verdict: 'pass' }, settledBy: 'own-equality', auditNote: null })
  expect(locus.audits).toMatchObject([
    { stage: 'lottery', isDrawn: true, rateMillionths: CERTAIN, candidates: 3, fault: null },
  ])
  const provider = locus.legs[0]?.providerKey
  expect(locus.audits[0]?.verifiers).toHaveLength(2)
  for (const verifier of locus.audits[0]?.verifiers ?? []) {
    expect(verifier).toMatchObject({ outcome: 'pass', isExact: true, reason: '' })
    expect(verifier.verifierKey).not.toBe(provider)
  }
  // What a verifier signed, it keeps, counts, and would announce.
  const attested = bundle.audits[0]?.reveals.map(({ attestation }) => bytesToHex(attestationDigest(attestation)))
  const verifiers = contributors.filter(({ key }) => bytesToHex(key) !== provider)
  expect(
    verifiers
      .map(({ signed }) => signed.map(({ hash }) => bytesToHex(hash)))
      .flat()
      .toSorted(),
  ).toEqual(attested?.toSorted())
  for (const { journal } of verifiers) {
    expect((await journal.list(9)).records).toMatchObject([{ role: 'verifier', outcome: 'attested', reason: '' }])
  }
})

test('a tab that was not there comes to the same verdict from the file alone', async () => {
  const town = createTown()
  for (const name of ['ada', 'bob', 'cy']) await town.contribute(name)
  const asker = await town.ask({}, { beacon: town.beacon })
  await drawn(town, asker)
  const accepted = acceptedOf(asker)
  const bundle = bundleFromJson(bundleToJson(accepted.bundle))
  const world = await auditWorldOf(town.beacon, bundle.audits)
  expect(faultOfAudit(bundle, 0, world)).toBeNull()
  const check = await checkBundle(deviceOf(town), bundle, undefined, ({ hiddenSize }) => allProbes(bundle, hiddenSize))
  const review = reviewOf(bundle, check, { world, thresholds: { version: 1, pairs: [] } }, null)
  expect(review.verdict).toEqual(accepted.locus.verdict)
  expect(review.audits).toEqual(accepted.locus.audits)
})

test.each([
  { verifiers: 2, verdict: 'inconclusive', settledBy: 'nobody' },
  { verifiers: 9, verdict: 'pass', settledBy: 'attestations' },
])('who cannot compare bits takes nine others’ word, not fewer: $verifiers make it $verdict', async (expected) => {
  const town = createTown()
  await town.contribute('ada')
  for (let i = 0; i < expected.verifiers; i++) await town.contribute(`v${i}`, { script: { tokensPerSecond: 50 } })
  const asker = await town.ask({}, { beacon: town.beacon, ...otherCell(town) })
  await drawn(town, asker)
  expect(acceptedOf(asker).locus).toMatchObject({
    verdict: { verdict: expected.verdict },
    settledBy: expected.settledBy,
    report: { exactPair: false },
  })
  const outcomes = acceptedOf(asker).locus.audits[0]?.verifiers.map(({ outcome }) => outcome)
  expect(outcomes).toEqual(Array.from({ length: expected.verifiers }, () => 'pass'))
})

test.each([
  { others: 12, lottery: 10, committee: 2 },
  // Where everybody was drawn at once, they are the committee.
  { others: 5, lottery: 5, committee: null },
])('a liar whose bits the asker cannot compare is convicted by $others others, and replaced', async (expected) => {
  const town = createTown()
  await town.contribute('liar', { script: { weights: 'cheap' }, checksWith: { weights: 'honest' } })
  for (let i = 0; i < expected.others; i++) await town.contribute(`v${i}`, { script: { tokensPerSecond: 50 } })
  const asker = await town.ask({}, { beacon: town.beacon, ...otherCell(town) })
  await drawn(town, asker)
  expect(asker.rejected()).toEqual([{ peerId: 'liar', code: 'audit/attested-fail' }])
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).not.toContain('liar')
  const [rejected] = await asker.records()
  expect(rejected).toMatchObject({ outcome: 'rejected', reason: 'audit/attested-fail' })
  const speakers = rejected?.bundle.audits.map(({ reveals }) =>
    reveals.map(({ attestation }) => bytesToHex(attestation.verifierKey)),
  )
  expect(speakers?.[0]).toHaveLength(expected.lottery)
  expect(speakers?.[1]?.length ?? null).toBe(expected.committee)
  // A committee is drawn among those who had not spoken.
  expect(new Set(speakers?.flat()).size).toBe(speakers?.flat().length)
})

test('without a public beacon nobody is drawn, the answer says so, and one’s own check stands', async () => {
  const town = createTown()
  for (const name of ['ada', 'bob']) await town.contribute(name)
  const asker = await town.ask()
  await drawn(town, asker)
  expect(acceptedOf(asker).locus).toMatchObject({ settledBy: 'own-equality', audits: [] })
  expect(acceptedOf(asker).locus.auditNote).toMatch(/chance/)
})

test('where only the provider is online, nobody could be drawn, and the answer says so', async () => {
  const town = createTown()
  await town.contribute('ada')
  const asker = await town.ask({}, { beacon: town.beacon })
  await drawn(town, asker)
  expect(acceptedOf(asker).locus.auditNote).toMatch(/Nobody else/)
})
