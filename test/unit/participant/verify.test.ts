import { beforeAll, expect, test } from 'vitest'
import { locusOf } from '../../../src/participant/locus.ts'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import type { CheckOptions, Engine } from '../../../src/participant/ports.ts'
import { reviewOf } from '../../../src/participant/review.ts'
import { checkBundle } from '../../../src/participant/verify.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import type { ThresholdTable } from '../../../src/protocol/evidence/thresholds.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { jobIdOf } from '../../../src/protocol/job/job.ts'
import { type Bundle, bundleOutputIds, type Leg } from '../../../src/protocol/receipt/bundle.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { segmentFindings } from '../../doubles/sample-findings.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { acceptedOf, createTown } from './town.ts'

const NO_THRESHOLDS: ThresholdTable = { version: 1, pairs: [] }
const { modelRoot } = createTinyModelStore()
/** An answer of two legs, `ada` then `bob`, made and accepted as in life. */
let bundle: Bundle

beforeAll(async () => {
  const town = createTown()
  await town.contribute('ada', { script: { beforeToken: createTokenGate(40).beforeToken } })
  await town.contribute('bob')
  const asker = await town.ask()
  town.hub.kill('ada')
  await asker.done
  bundle = acceptedOf(asker).bundle
})

/** The checker of somebody who was not there. */
function checker(weights = 'honest', check?: Engine['check']) {
  const scripted = createScriptedEngine({ modelRoot, weights })
  const claims: CheckOptions[] = []
  const engine: Engine = Object.create(scripted, {
    check: {
      value: (claim: CheckOptions, signal?: AbortSignal) => {
        claims.push(claim)
        return (check ?? scripted.check)(claim, signal)
      },
    },
  })
  const access = createModelAccess({ engine, models: createTinyModelStore() }, modelRoot)
  return { ports: { engine, access, thresholds: NO_THRESHOLDS }, claims }
}

function changed(change: (legs: Leg[]) => Leg[]): Bundle {
  return { ...bundle, legs: change(structuredClone(bundle.legs)) }
}

test('a stranger’s checker of the same weights confirms the answer over all its legs at once', async () => {
  const { ports, claims } = checker()
  const checked = await checkBundle(ports, bundle)
  expect(checked).toMatchObject({
    verdict: { verdict: 'pass' },
    report: { tokens: 96, tokensMatched: 96, segments: segmentFindings(true, true, true) },
    checkedBy: { kind: 'this-device' },
    guiltyLeg: null,
  })
  expect(claims).toHaveLength(1)
  expect(claims[0]?.outputIds).toEqual(bundleOutputIds(bundle))
  expect(claims[0]?.rowsHashes).toHaveLength(3)
})

test('other weights are caught, and the leg of the first wrong segment is to blame', async () => {
  const checked = await checkBundle(checker('others').ports, bundle)
  expect(checked).toMatchObject({ verdict: { verdict: 'fail', reason: 'check/rows-mismatch' }, guiltyLeg: 0 })
})

test.each([
  { segment: 0, guiltyLeg: 0 },
  { segment: 1, guiltyLeg: 1 },
  { segment: 2, guiltyLeg: 1 },
])('of two legs, a wrong segment $segment is the fault of leg $guiltyLeg', async ({ segment, guiltyLeg }) => {
  const honest = createScriptedEngine({ modelRoot })
  await honest.load({} as never)
  const { ports } = checker('honest', async (claim) => ({
    ...(await honest.check(claim)),
    segments: segmentFindings(...[0, 1, 2].map((i) => i !== segment)),
  }))
  const checked = await checkBundle(ports, bundle)
  expect(checked).toMatchObject({ verdict: { verdict: 'fail', reason: 'check/rows-mismatch', segment }, guiltyLeg })
})

test('a wrong token is the fault of the leg that it stands in', async () => {
  const honest = createScriptedEngine({ modelRoot })
  await honest.load({} as never)
  const { ports } = checker('honest', async (claim) => ({ ...(await honest.check(claim)), firstTokenMismatch: 33 }))
  expect(await checkBundle(ports, bundle)).toMatchObject({
    verdict: { verdict: 'fail', reason: 'check/token-rule', segment: 1 },
    guiltyLeg: 1,
  })
})

test.each<{ lie: string; code: string; change: (legs: Leg[]) => Leg[] }>([
  {
    lie: 'a changed id',
    code: 'receipt/hash-chain',
    change: ([first, second]) => {
      if (second?.segments[0] !== undefined) second.segments[0].ids[0] = 7
      return [first as Leg, second as Leg]
    },
  },
  { lie: 'a first leg left out', code: 'receipt/terms', change: (legs) => legs.slice(1) },
  { lie: 'a last leg left out', code: 'receipt/missing', change: (legs) => legs.slice(0, 1) },
  { lie: 'legs in the wrong order', code: 'receipt/terms', change: (legs) => legs.toReversed() },
  {
    lie: 'another prompt',
    code: 'receipt/hash-chain',
    change: (legs) => legs.map((leg) => ({ ...leg, request: { ...leg.request, promptIds: [9] } })),
  },
])('$lie is $code, found without the engine', async ({ change, code }) => {
  const { ports, claims } = checker()
  const checked = await checkBundle(ports, changed(change))
  expect(checked).toMatchObject({
    verdict: { verdict: 'fail', reason: code },
    report: null,
    checkedBy: { kind: 'nobody' },
  })
  expect(claims).toEqual([])
})

test('legs of different cells are owed no equality, so their check is tolerant and inconclusive', async () => {
  const town = createTown()
  await town.contribute('ada', { script: { beforeToken: createTokenGate(40).beforeToken } })
  await town.contribute('bob', {
    corruptEngine: (honest) =>
      Object.create(honest, {
        load: {
          value: async (...args: Parameters<Engine['load']>) => {
            const info = await honest.load(...args)
            return { ...info, cell: { ...info.cell, vendor: 'apple', provider: 'webgpu' } }
          },
        },
      }),
  })
  const asker = await town.ask()
  town.hub.kill('ada')
  await town.clock.run(3_000)
  await asker.done
  expect(acceptedOf(asker).locus).toMatchObject({
    legs: [{ peerId: 'ada' }, { peerId: 'bob', cell: { vendor: 'apple' } }],
    verdict: { verdict: 'inconclusive', reason: 'check/other-cell' },
  })
})

test('a device that cannot run the model says so, and nobody is blamed', async () => {
  const noMemory = new CodedError({ code: 'engine/out-of-memory', message: 'No memory left.', nextStep: 'Close tabs.' })
  const checked = await checkBundle(checker('honest', () => Promise.reject(noMemory)).ports, bundle)
  expect(checked).toEqual({
    verdict: { verdict: 'inconclusive', reason: 'check/unavailable', statistic: 'No memory left.' },
    report: null,
    checkedBy: { kind: 'nobody', reason: 'No memory left.' },
    guiltyLeg: null,
  })
})

test('a check that is stopped is not a verdict', async () => {
  const aborted = new CodedError({ code: 'engine/aborted', message: 'Stopped.', nextStep: 'Start again.' })
  await expect(checkBundle(checker('honest', () => Promise.reject(aborted)).ports, bundle)).rejects.toBe(aborted)
})

test('the locus of an imported answer names keys and cells, but no peers', async () => {
  const checked = await checkBundle(checker().ports, bundle)
  const review = reviewOf(
    bundle,
    checked,
    { world: { chains: [], isBeaconRound: () => false }, thresholds: NO_THRESHOLDS },
    'Nobody was asked.',
  )
  const locus = locusOf(bundle, checked, review, new Map())
  expect(locus).toMatchObject({ settledBy: 'own-equality', audits: [], auditNote: 'Nobody was asked.' })
  const last = bundle.legs.at(-1) as Leg
  expect(locus.jobId).toBe(bytesToHex(jobIdOf(last.request, last.accept)))
  expect(
    locus.legs.map(({ peerId, connection, firstToken, tokens, receipt }) => ({
      peerId,
      connection,
      firstToken,
      tokens,
      receipt,
    })),
  ).toEqual([
    { peerId: '', connection: null, firstToken: 0, tokens: 32, receipt: false },
    { peerId: '', connection: null, firstToken: 32, tokens: 64, receipt: true },
  ])
})
