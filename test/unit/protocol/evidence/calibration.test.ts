import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { SessionKey } from '../../../../src/participant/ports.ts'
import {
  type Calibration,
  calibrationDigest,
  encodeCalibration,
  judgeCalibration,
  MAX_CALIBRATION_BYTES,
} from '../../../../src/protocol/evidence/calibration.ts'
import { summariseFindings } from '../../../../src/protocol/evidence/calibration-statistics.ts'
import { cellClassOf } from '../../../../src/protocol/evidence/cell-class.ts'
import { MAX_CLOCK_SKEW_MS } from '../../../../src/protocol/limits.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import { createNodeSessionKey } from '../../../doubles/node-session-key.ts'
import { segmentFinding } from '../../../doubles/sample-findings.ts'
import { filled, SAMPLE_CELL } from '../sample-values.ts'

const NOW = 1_767_225_600_000
const ACCEPTED = { verdict: 'accept' }
const CHECKER = cellClassOf(SAMPLE_CELL)
const PROVIDER = { ...CHECKER, provider: 'webgpu' as const, vendor: 'nvidia' }
const STATISTICS = summariseFindings([
  segmentFinding({
    matched: 30,
    margins: [0.1, 1 / 3],
    commitment: { points: 128, exponentMismatches: 3, mantissaMean: 0.7, mantissaMedian: 1 },
  }),
])
let key: SessionKey
let stranger: SessionKey

beforeAll(async () => {
  key = await createNodeSessionKey()
  stranger = await createNodeSessionKey()
})

function calibration(change: Partial<Calibration> = {}): Calibration {
  return {
    version: 1,
    provider: PROVIDER,
    checker: CHECKER,
    statistics: STATISTICS,
    measuredBy: key.publicKey,
    issuedAt: NOW,
    ...change,
  }
}

async function signed(change: Partial<Calibration> = {}, signer = key): Promise<Uint8Array> {
  const one = calibration(change)
  return encodeCalibration({ calibration: one, signature: await signer.sign(calibrationDigest(one)) })
}

test('an honest calibration is accepted and comes back as it was made, fractions too', async () => {
  expect(judgeCalibration(await signed(), NOW)).toEqual({ verdict: ACCEPTED, calibration: calibration() })
})

test('an honest calibration is well below the cap, even with the longest words and fractions', async () => {
  const long = { vendor: 'v'.repeat(32), architecture: 'a'.repeat(32), browser: 'b'.repeat(32) }
  const third = { p50: 1 / 3, p99: 1 / 3, p999: 1 / 3, max: 1 / 3 }
  const statistics = { ...STATISTICS, marginMean: third, mantissaMean: third, mantissaMedian: third, notKept: third }
  const bytes = await signed({ provider: { ...PROVIDER, ...long }, checker: { ...CHECKER, ...long }, statistics })
  expect(bytes.length).toBeLessThan(MAX_CALIBRATION_BYTES / 2)
  expect(judgeCalibration(bytes, NOW).verdict).toEqual(ACCEPTED)
})

test.each<[string, object]>([
  ['of another version', { version: 2 }],
  ['with a field too many', { note: '' }],
  ['of a cell instead of its class', { provider: SAMPLE_CELL }],
  ['whose key is no key', { measuredBy: new Uint8Array(63) }],
  ['whose time is in seconds', { issuedAt: 1_767_225_600 }],
  ['of impossible statistics', { statistics: { ...STATISTICS, committed: 9 } }],
])('a calibration %s is not of the schema and rejected', (_what, change) => {
  const bytes = encodeCbor({ calibration: { ...calibration(), ...change }, signature: filled(64, 1) })
  const verdict = { verdict: 'reject', code: 'calibration/schema' }
  expect(judgeCalibration(bytes, NOW)).toEqual({ verdict, calibration: null })
})

test('a calibration that is oversized is rejected unread', () => {
  const verdict = { verdict: 'reject', code: 'calibration/too-large' }
  expect(judgeCalibration(new Uint8Array(MAX_CALIBRATION_BYTES + 1), NOW)).toEqual({ verdict, calibration: null })
})

test('a calibration that is not a number somewhere is rejected', () => {
  const statistics = { ...STATISTICS, marginP999: Number.NaN }
  const bytes = encodeCbor({ calibration: { ...calibration(), statistics }, signature: filled(64, 1) })
  expect(judgeCalibration(bytes, NOW).verdict).toEqual({ verdict: 'reject', code: 'calibration/not-cbor' })
})

test('a fraction in more bytes than it needs is not canonical', async () => {
  const half = await signed({ statistics: { ...STATISTICS, marginP999: 0.5 } })
  // f16 0.5 is f9 3800; the same number as an f32 is fa 3f000000.
  const at = Buffer.from(half).indexOf(Buffer.from('f93800', 'hex'))
  const longer = Buffer.concat([half.subarray(0, at), Buffer.from('fa3f000000', 'hex'), half.subarray(at + 3)])
  expect(at).toBeGreaterThan(0)
  const verdict = { verdict: 'reject', code: 'calibration/not-canonical' }
  expect(judgeCalibration(new Uint8Array(longer), NOW).verdict).toEqual(verdict)
})

test('a comparison of two models is rejected', async () => {
  const bytes = await signed({ provider: { ...PROVIDER, modelRoot: 'cd'.repeat(32) } })
  expect(judgeCalibration(bytes, NOW).verdict).toEqual({ verdict: 'reject', code: 'calibration/two-models' })
})

test('a calibration from the future is ignored, from a clock that is a little fast accepted', async () => {
  const bytes = await signed({ issuedAt: NOW + MAX_CLOCK_SKEW_MS })
  expect(judgeCalibration(bytes, NOW).verdict).toEqual(ACCEPTED)
  expect(judgeCalibration(bytes, NOW - 1).verdict).toEqual({ verdict: 'ignore', code: 'calibration/early' })
})

test('a calibration that its key did not sign is rejected', async () => {
  const bytes = await signed({}, stranger)
  expect(judgeCalibration(bytes, NOW).verdict).toEqual({ verdict: 'reject', code: 'calibration/signature' })
})

test.each<[string, Partial<Calibration>]>([
  ['provider', { provider: CHECKER }],
  ['checker', { checker: PROVIDER }],
  ['statistics', { statistics: { ...STATISTICS, marginP999: 0.34 } }],
  ['time', { issuedAt: NOW - 1 }],
])('a signature covers the %s', async (_what, change) => {
  const signature = await key.sign(calibrationDigest(calibration()))
  const bent = encodeCalibration({ calibration: calibration(change), signature })
  expect(judgeCalibration(bent, NOW).verdict).toEqual({ verdict: 'reject', code: 'calibration/signature' })
})

test('random bytes get a verdict, not an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(judgeCalibration(bytes, NOW)).toMatchObject({ verdict: { verdict: 'reject' }, calibration: null })
    }),
  )
})
