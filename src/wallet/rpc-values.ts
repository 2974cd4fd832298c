import * as v from 'valibot'
import type { HexBytes } from '../protocol/channel/chain-network.ts'

/** A JSON-RPC quantity of at most 256 bits. */
export const Quantity = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-fA-F]{1,64}$/),
  v.transform((text) => BigInt(text)),
)

/** A quantity that counts: blocks, seconds, indices. */
export const Count = v.pipe(
  Quantity,
  v.check((value) => value <= BigInt(Number.MAX_SAFE_INTEGER), 'larger than any count'),
  v.transform(Number),
)

export const Data = v.custom<HexBytes>(
  (value) => typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value),
  'bytes are 0x and pairs of hex digits',
)

export const Hash = v.custom<HexBytes>(
  (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value),
  'a hash is 0x and 64 hex digits',
)

export const BlockSchema = v.object({ number: Count, hash: Hash, timestamp: Count })
export type Block = v.InferOutput<typeof BlockSchema>

export const ReceiptSchema = v.object({
  transactionHash: Hash,
  blockNumber: Count,
  blockHash: Hash,
  status: v.picklist(['0x0', '0x1']),
})
export type TransactionReceipt = v.InferOutput<typeof ReceiptSchema>

/** More events than this of one wallet are no wallet's of ours. */
const MAX_LOGS = 4_096

export const LogSchema = v.object({
  address: v.string(),
  topics: v.pipe(v.array(Hash), v.maxLength(4)),
  data: Data,
  blockNumber: Count,
  blockHash: Hash,
  logIndex: Count,
})
export const LogsSchema = v.pipe(v.array(LogSchema), v.maxLength(MAX_LOGS))
export type ChainLog = v.InferOutput<typeof LogSchema>
