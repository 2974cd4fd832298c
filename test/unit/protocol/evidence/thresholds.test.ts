import * as v from 'valibot'
import { expect, test } from 'vitest'
import { summariseFindings } from '../../../../src/protocol/evidence/calibration-statistics.ts'
import type { Cell } from '../../../../src/protocol/evidence/cell.ts'
import { cellClassOf } from '../../../../src/protocol/evidence/cell-class.ts'
import {
  findThresholds,
  type ThresholdTable,
  ThresholdTableSchema,
  thresholdsOf,
  thresholdsVersionOf,
} from '../../../../src/protocol/evidence/thresholds.ts'
import { segmentFinding } from '../../../doubles/sample-findings.ts'
import { SAMPLE_CELL } from '../sample-values.ts'

const GPU: Cell = { ...SAMPLE_CELL, provider: 'webgpu', vendor: 'nvidia' }
const FLOORS = thresholdsOf(summariseFindings([segmentFinding()]))
const PAIR = { provider: cellClassOf(GPU), checker: cellClassOf(SAMPLE_CELL), segments: 100, thresholds: FLOORS }
const TABLE: ThresholdTable = { version: 1, pairs: [PAIR] }

test('segments without a difference leave the floors', () => {
  expect(FLOORS).toEqual({
    exponentMismatches: 8,
    mantissaMean: 0.25,
    mantissaMedian: 1,
    tokenMismatches: 4,
    notKept: 1,
    marginMean: 1 / 256,
    marginClip: 1 / 16,
  })
})

test('above the floors a limit is twice the worst of what is honest', () => {
  const statistics = summariseFindings([
    segmentFinding({
      matched: 20,
      notKept: 3,
      margins: new Array<number>(9).fill(0.5),
      commitment: { points: 128, exponentMismatches: 20, mantissaMean: 1.5, mantissaMedian: 2 },
    }),
  ])
  expect(thresholdsOf(statistics)).toEqual({
    exponentMismatches: 40,
    mantissaMean: 3,
    mantissaMedian: 4,
    tokenMismatches: 24,
    notKept: 6,
    marginMean: (2 * 9 * 0.5) / 32,
    marginClip: 0.5,
  })
})

test('a pair is found by the classes of its cells, in its order only', () => {
  expect(findThresholds(TABLE, GPU, SAMPLE_CELL)).toEqual(FLOORS)
  expect(findThresholds(TABLE, { ...GPU, exactness: { kind: 'none' }, prefillChunk: 7 }, SAMPLE_CELL)).toEqual(FLOORS)
  expect(findThresholds(TABLE, SAMPLE_CELL, GPU)).toBeNull()
  expect(findThresholds(TABLE, { ...GPU, browser: 'chromium 157' }, SAMPLE_CELL)).toBeNull()
  expect(findThresholds({ version: 1, pairs: [] }, GPU, SAMPLE_CELL)).toBeNull()
})

test('another limit, another order of pairs or another pair is another version', () => {
  const other = { ...PAIR, provider: PAIR.checker }
  const tables: ThresholdTable[] = [
    TABLE,
    { version: 1, pairs: [] },
    { version: 1, pairs: [{ ...PAIR, thresholds: { ...FLOORS, notKept: 2 } }] },
    { version: 1, pairs: [{ ...PAIR, segments: 101 }] },
    { version: 1, pairs: [PAIR, other] },
    { version: 1, pairs: [other, PAIR] },
  ]
  const versions = tables.map(thresholdsVersionOf)
  expect(new Set(versions).size).toBe(tables.length)
  expect(versions[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(thresholdsVersionOf(structuredClone(TABLE))).toBe(versions[0])
})

test.each<[string, object]>([
  ['of another version', { version: 2 }],
  ['that has a pair twice', { pairs: [PAIR, { ...PAIR, segments: 7 }] }],
  ['with a limit of zero', { pairs: [{ ...PAIR, thresholds: { ...FLOORS, notKept: 0 } }] }],
  ['with a limit without end', { pairs: [{ ...PAIR, thresholds: { ...FLOORS, notKept: Number.POSITIVE_INFINITY } }] }],
  ['with a limit that it does not know', { pairs: [{ ...PAIR, thresholds: { ...FLOORS, speed: 1 } }] }],
  ['of cells instead of classes', { pairs: [{ ...PAIR, provider: GPU }] }],
])('a table %s is none', (_what, change) => {
  expect(v.is(ThresholdTableSchema, TABLE)).toBe(true)
  expect(v.is(ThresholdTableSchema, { ...TABLE, ...change })).toBe(false)
})
