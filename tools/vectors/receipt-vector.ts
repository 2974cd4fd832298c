import { bytesToHex, hexToBytes } from '../../src/protocol/hash.ts'
import type { Receipt } from '../../src/protocol/receipt/receipt.ts'

const BYTE_FIELDS = [
  'jobId',
  'modelRoot',
  'cell',
  'promptHash',
  'outputHash',
  'seed',
  'requesterKey',
  'providerKey',
] as const

type VectorReceipt = Omit<Receipt, (typeof BYTE_FIELDS)[number] | 'finish'> &
  Record<(typeof BYTE_FIELDS)[number], string> & { finish: string }

/** A receipt as the vector files write it: byte fields in hex. */
export function receiptFromVector(vector: VectorReceipt): Receipt {
  const bytes = Object.fromEntries(BYTE_FIELDS.map((field) => [field, hexToBytes(vector[field])]))
  return { ...vector, ...bytes } as unknown as Receipt
}

export function receiptToVector(receipt: Receipt): VectorReceipt {
  const hex = Object.fromEntries(BYTE_FIELDS.map((field) => [field, bytesToHex(receipt[field])]))
  return { ...receipt, ...hex } as unknown as VectorReceipt
}
