import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, taggedHash } from '../../../../src/protocol/hash.ts'
import { EVIDENCE_PART_BYTES, MAX_BUNDLE_BYTES, MAX_JOB_FRAME_BYTES } from '../../../../src/protocol/limits.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import {
  decodeHolderMessage,
  decodeSeekerMessage,
  encodeEvidenceMessage,
  evidenceHash,
  evidenceParts,
  type HolderMessage,
  isEvidenceOf,
  isNextPart,
} from '../../../../src/protocol/wire/evidence-messages.ts'

const HASH = new Uint8Array(32).fill(5)
const FULL_PART = { type: 'part', offset: 0, bytes: new Uint8Array(EVIDENCE_PART_BYTES).fill(255) } as const

describe('messages', () => {
  test.each<HolderMessage>([
    { type: 'missing' },
    { type: 'have', bytes: 1 },
    { type: 'have', bytes: MAX_BUNDLE_BYTES + 1 },
    { ...FULL_PART, offset: MAX_BUNDLE_BYTES },
  ])('of a holder come back as they were: %#', (message) => {
    expect(decodeHolderMessage(encodeEvidenceMessage(message))).toEqual({ ok: true, value: message })
  })

  test('of a seeker come back as they were', () => {
    const wish = { type: 'want', hash: HASH } as const
    expect(decodeSeekerMessage(encodeEvidenceMessage(wish))).toEqual({ ok: true, value: wish })
  })

  test('fit a frame of the stream, the largest part too', () => {
    expect(encodeEvidenceMessage({ ...FULL_PART, offset: MAX_BUNDLE_BYTES }).length).toBeLessThan(MAX_JOB_FRAME_BYTES)
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['have nothing', { type: 'have', bytes: 0 }],
    ['have half a byte', { type: 'have', bytes: 0.5 }],
    ['have a negative size', { type: 'have', bytes: -1 }],
    ['part of nothing', { ...FULL_PART, bytes: new Uint8Array(0) }],
    ['part beyond every bundle', { ...FULL_PART, offset: MAX_BUNDLE_BYTES + 1 }],
    ['part with something more', { ...FULL_PART, more: 1 }],
    ['missing with a reason', { type: 'missing', code: 'x' }],
    ['seeker’s wish', { type: 'want', hash: HASH }],
  ])('of a holder that say %s are refused', (_what, value) => {
    expect(decodeHolderMessage(encodeCbor(value))).toMatchObject({ ok: false })
  })

  test('with a part above its cap are refused before they are decoded, or for their size', () => {
    const large = { ...FULL_PART, bytes: new Uint8Array(EVIDENCE_PART_BYTES + 1) }
    expect(decodeHolderMessage(encodeCbor(large))).toEqual({ ok: false, code: 'schema' })
    const larger = { ...FULL_PART, bytes: new Uint8Array(EVIDENCE_PART_BYTES + 64) }
    expect(decodeHolderMessage(encodeCbor(larger))).toEqual({ ok: false, code: 'too-large' })
  })

  test('of random bytes get an answer and never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeHolderMessage(bytes).ok).toBe(false)
        expect(decodeSeekerMessage(bytes).ok).toBe(false)
      }),
    )
  })
})

describe('parts', () => {
  const sizes = fc.integer({ min: 1, max: 4 * EVIDENCE_PART_BYTES })

  test('are one after another all of the evidence, and each is the one that was due', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const bytes = new Uint8Array(size).map((_, index) => (index * 7) % 251)
        const parts = evidenceParts(bytes)
        let filled = 0
        for (const part of parts) {
          expect(isNextPart(part, filled, size)).toBe(true)
          filled += part.bytes.length
        }
        expect(concatBytes(...parts.map((part) => part.bytes))).toEqual(bytes)
      }),
      { numRuns: 8 },
    )
  })

  test('that leave a gap, overlap, are short before the end or reach beyond it are not due', () => {
    const total = EVIDENCE_PART_BYTES + 10
    const last = { type: 'part', offset: EVIDENCE_PART_BYTES, bytes: new Uint8Array(10) } as const
    expect(isNextPart(last, EVIDENCE_PART_BYTES, total)).toBe(true)
    expect(isNextPart(last, 0, total)).toBe(false)
    expect(isNextPart({ ...last, offset: 0 }, EVIDENCE_PART_BYTES, total)).toBe(false)
    expect(isNextPart({ ...last, bytes: new Uint8Array(9) }, EVIDENCE_PART_BYTES, total)).toBe(false)
    expect(isNextPart({ ...last, bytes: new Uint8Array(11) }, EVIDENCE_PART_BYTES, total)).toBe(false)
    expect(isNextPart({ ...FULL_PART, bytes: new Uint8Array(100) }, 0, total)).toBe(false)
  })
})

describe('the name of evidence', () => {
  test('is its hash in the domain of bundles', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    expect(evidenceHash(bytes)).toEqual(taggedHash('bundle', bytes))
    expect(isEvidenceOf(evidenceHash(bytes), bytes)).toBe(true)
  })

  test('is another one after any bit was flipped', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (bytes, at, bit) => {
          const changed = bytes.slice()
          const index = at % bytes.length
          changed[index] = (changed[index] ?? 0) ^ (1 << bit)
          expect(isEvidenceOf(evidenceHash(bytes), changed)).toBe(false)
        },
      ),
    )
  })
})
