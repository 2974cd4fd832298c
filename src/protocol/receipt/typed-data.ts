import { type Hex, hashTypedData } from 'viem'
import { bytesToHex, hexToBytes } from '../hash.ts'
import type { Receipt } from './receipt.ts'

/**
 * EIP-712 shapes of what a session key signs. The domain has no chain yet: nothing is settled on one, and a chain id that is not
 * checked would only look like a promise. Source: https://eips.ethereum.org/EIPS/eip-712.
 */
export const DOMAIN = { name: 'Locus', version: '1' } as const

export const RECEIPT_TYPES = {
  Receipt: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'modelRoot', type: 'bytes32' },
    { name: 'cell', type: 'bytes32' },
    { name: 'promptHash', type: 'bytes32' },
    { name: 'outputHash', type: 'bytes32' },
    { name: 'firstToken', type: 'uint32' },
    { name: 'tokenCount', type: 'uint32' },
    { name: 'finish', type: 'string' },
    { name: 'seed', type: 'bytes32' },
    { name: 'sampler', type: 'Sampler' },
    { name: 'requesterKey', type: 'bytes' },
    { name: 'providerKey', type: 'bytes' },
    { name: 'issuedAt', type: 'uint64' },
  ],
  Sampler: [
    { name: 'temperatureMilli', type: 'uint32' },
    { name: 'topK', type: 'uint32' },
    { name: 'topPMilli', type: 'uint32' },
  ],
} as const

export const SEGMENT_TYPES = {
  Segment: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'index', type: 'uint32' },
    { name: 'runningHash', type: 'bytes32' },
  ],
} as const

/** The receipt as EIP-712 message values: byte fields as 0x hex, times as bigint. */
export function receiptMessage(receipt: Receipt) {
  return {
    jobId: hex(receipt.jobId),
    modelRoot: hex(receipt.modelRoot),
    cell: hex(receipt.cell),
    promptHash: hex(receipt.promptHash),
    outputHash: hex(receipt.outputHash),
    firstToken: receipt.firstToken,
    tokenCount: receipt.tokenCount,
    finish: receipt.finish,
    seed: hex(receipt.seed),
    sampler: receipt.sampler,
    requesterKey: hex(receipt.requesterKey),
    providerKey: hex(receipt.providerKey),
    issuedAt: BigInt(receipt.issuedAt),
  }
}

/** The 32 bytes that a provider's session key signs. */
export function receiptDigest(receipt: Receipt): Uint8Array {
  const digest = hashTypedData({
    domain: DOMAIN,
    types: RECEIPT_TYPES,
    primaryType: 'Receipt',
    message: receiptMessage(receipt),
  })
  return hexToBytes(digest.slice(2))
}

/** The 32 bytes signed with every segment, so that a part delivered without a receipt is still attributed. */
export function segmentDigest(jobId: Uint8Array, index: number, runningHash: Uint8Array): Uint8Array {
  const message = { jobId: hex(jobId), index, runningHash: hex(runningHash) }
  const digest = hashTypedData({ domain: DOMAIN, types: SEGMENT_TYPES, primaryType: 'Segment', message })
  return hexToBytes(digest.slice(2))
}

/** Bytes as EIP-712 libraries take them. */
export function hex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`
}
