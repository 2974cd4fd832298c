import * as v from 'valibot'
import { count, shortText } from '../wire/schemas.ts'

/** 20 bytes in hex, in any case. */
export type Address = `0x${string}`
export type HexBytes = `0x${string}`

export const AddressSchema = v.custom<Address>(
  (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value),
  'an address is 0x and 40 hex digits',
)

/** A chain as one deployment of Locus knows it: which token counts there, and where the contracts stand. */
export const ChainNetworkSchema = v.strictObject({
  chainId: v.pipe(count(Number.MAX_SAFE_INTEGER), v.minValue(1)),
  name: shortText(40),
  /** Nothing on it is worth anything, and the page says so. */
  isTest: v.boolean(),
  token: v.strictObject({ address: AddressSchema, symbol: shortText(12), decimals: count(36) }),
  contracts: v.strictObject({
    p256Verifier: AddressSchema,
    sessionRegistry: AddressSchema,
    parameters: AddressSchema,
    stake: AddressSchema,
    channels: AddressSchema,
    receipts: AddressSchema,
    disputes: AddressSchema,
    committees: AddressSchema,
  }),
})
export type ChainNetwork = v.InferOutput<typeof ChainNetworkSchema>
