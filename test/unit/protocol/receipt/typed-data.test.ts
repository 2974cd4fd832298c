import { TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hash.ts'
import type { Receipt } from '../../../../src/protocol/receipt/receipt.ts'
import {
  DOMAIN,
  RECEIPT_TYPES,
  receiptDigest,
  SEGMENT_TYPES,
  segmentDigest,
} from '../../../../src/protocol/receipt/typed-data.ts'
import { receiptMessage } from '../../../../tools/vectors/receipt-message.ts'
import { receiptFromVector } from '../../../../tools/vectors/receipt-vector.ts'
import vectors from '../../../vectors/receipts.json' with { type: 'json' }

/** ethers wants mutable arrays of fields. */
type EthersTypes = Record<string, { name: string; type: string }[]>

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const receipts: fc.Arbitrary<Receipt> = fc.record({
  jobId: bytes(32),
  modelRoot: bytes(32),
  cell: bytes(32),
  promptHash: bytes(32),
  outputHash: bytes(32),
  firstToken: fc.nat(32_768),
  tokenCount: fc.nat(32_768),
  finish: fc.constantFrom('stop', 'length', 'aborted'),
  seed: bytes(32),
  sampler: fc.record({ temperatureMilli: fc.nat(2_000), topK: fc.nat(64), topPMilli: fc.nat(1_000) }),
  requesterKey: bytes(64),
  providerKey: bytes(64),
  issuedAt: fc.integer({ min: 1_577_836_800_000, max: 4_102_444_800_000 }),
})

test('viem and ethers hash every receipt to the same digest', () => {
  fc.assert(
    fc.property(receipts, (receipt) => {
      const theirs = TypedDataEncoder.hash(DOMAIN, RECEIPT_TYPES as unknown as EthersTypes, receiptMessage(receipt))
      expect(`0x${bytesToHex(receiptDigest(receipt))}`).toBe(theirs)
    }),
  )
})

test('viem and ethers hash every segment statement to the same digest', () => {
  fc.assert(
    fc.property(bytes(32), fc.nat(1_024), bytes(32), (jobId, index, runningHash) => {
      const message = { jobId: `0x${bytesToHex(jobId)}`, index, runningHash: `0x${bytesToHex(runningHash)}` }
      const theirs = TypedDataEncoder.hash(DOMAIN, SEGMENT_TYPES as unknown as EthersTypes, message)
      expect(`0x${bytesToHex(segmentDigest(jobId, index, runningHash))}`).toBe(theirs)
    }),
  )
})

test.each(vectors.receipts)('the committed vector "$name" has not moved', ({ receipt, digest }) => {
  expect(bytesToHex(receiptDigest(receiptFromVector(receipt)))).toBe(digest)
})

test.each(vectors.segments)(
  'the committed segment vector $index has not moved',
  ({ jobId, index, runningHash, digest }) => {
    expect(bytesToHex(segmentDigest(hexToBytes(jobId), index, hexToBytes(runningHash)))).toBe(digest)
  },
)
