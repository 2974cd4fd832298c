/**
 * Writes test/vectors/receipts.json: receipts and segment statements with the digests that ethers computes, and P-256 signatures of
 * them by a key whose private half is in the file, so that any other implementation can check itself against all three steps.
 * Run by `npm run vectors`; the output is committed and only changes when the protocol does.
 */
import { writeFile } from 'node:fs/promises'
import { p256 } from '@noble/curves/nist.js'
import { TypedDataEncoder } from 'ethers'
import { bytesToHex, hexToBytes, sha256, taggedHash, u32 } from '../../src/protocol/hash.ts'
import type { Receipt } from '../../src/protocol/receipt/receipt.ts'
import { DOMAIN, RECEIPT_TYPES, SEGMENT_TYPES } from '../../src/protocol/receipt/typed-data.ts'
import { receiptMessage } from './receipt-message.ts'
import { receiptToVector } from './receipt-vector.ts'

type EthersTypes = Record<string, { name: string; type: string }[]>

const privateKey = taggedHash('vector-key')
const publicKey = p256.getPublicKey(privateKey, false).slice(1)
const filler = (name: string, i: number): Uint8Array => taggedHash(`vector/${name}`, u32(i))

const cases: { name: string; change: Partial<Receipt> }[] = [
  { name: 'a greedy answer that ran to its length', change: {} },
  {
    name: 'a sampled answer that stopped',
    change: { finish: 'stop', sampler: { temperatureMilli: 800, topK: 40, topPMilli: 950 } },
  },
  { name: 'a resumed answer that was aborted', change: { finish: 'aborted', firstToken: 64, tokenCount: 7 } },
]

const receipts = cases.map(({ name, change }, i) => {
  const receipt: Receipt = {
    jobId: filler('job', i),
    modelRoot: filler('model', 0),
    cell: filler('cell', 0),
    promptHash: filler('prompt', i),
    outputHash: filler('output', i),
    firstToken: 0,
    tokenCount: 96,
    finish: 'length',
    seed: filler('seed', i),
    sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
    requesterKey: publicKey,
    providerKey: publicKey,
    issuedAt: 1_767_225_600_000 + i,
    ...change,
  }
  const digest = TypedDataEncoder.hash(DOMAIN, RECEIPT_TYPES as unknown as EthersTypes, receiptMessage(receipt)).slice(
    2,
  )
  return { name, receipt: receiptToVector(receipt), digest, signature: sign(digest) }
})

const segments = [0, 1, 15].map((index) => {
  const message = {
    jobId: `0x${bytesToHex(filler('job', index))}`,
    index,
    runningHash: `0x${bytesToHex(filler('run', index))}`,
  }
  const digest = TypedDataEncoder.hash(DOMAIN, SEGMENT_TYPES as unknown as EthersTypes, message).slice(2)
  return {
    jobId: message.jobId.slice(2),
    index,
    runningHash: message.runningHash.slice(2),
    digest,
    signature: sign(digest),
  }
})

const file = { publicKey: bytesToHex(publicKey), privateKey: bytesToHex(privateKey), receipts, segments }
await writeFile(new URL('../../test/vectors/receipts.json', import.meta.url), `${JSON.stringify(file, null, 2)}\n`)

/** Deterministic (RFC 6979), low s, over SHA-256 of the EIP-712 digest. */
function sign(digest: string): string {
  return bytesToHex(p256.sign(sha256(hexToBytes(digest)), privateKey, { lowS: true, prehash: false }))
}
