import * as v from 'valibot'
import { MAX_AMOUNT } from '../protocol/channel/amount.ts'
import { AddressSchema } from '../protocol/channel/chain-network.ts'
import { MAX_OUTPUT_TOKENS } from '../protocol/limits.ts'
import { Bytes32, Bytes64, bytesOf, count } from '../protocol/wire/schemas.ts'

/** Money as it is kept on this device: stored data is remote data, so what no longer parses is not money. */
const Amount = v.pipe(v.bigint(), v.minValue(0n), v.maxValue(MAX_AMOUNT))
const PLACE = { chainId: count(Number.MAX_SAFE_INTEGER), channels: bytesOf(20), channelId: Bytes32 }

export const HeldVoucherSchema = v.strictObject({
  ...PLACE,
  payerKey: Bytes64,
  cumulativeAmount: Amount,
  signature: Bytes64,
  certain: v.nullable(v.strictObject({ cumulativeAmount: Amount, signature: Bytes64 })),
})

export const OwnChannelSchema = v.strictObject({
  ...PLACE,
  payer: AddressSchema,
  payeeKey: Bytes64,
  salt: Bytes32,
  promised: Amount,
  deposit: Amount,
})

export const ServedReceiptSchema = v.strictObject({
  digest: Bytes32,
  tokens: count(MAX_OUTPUT_TOKENS),
  isFree: v.boolean(),
})
