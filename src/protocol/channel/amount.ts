import { bytesOf } from '../wire/schemas.ts'

/** What a uint128 holds: contracts count in nothing larger. */
export const MAX_AMOUNT = 2n ** 128n - 1n

const AMOUNT_BYTES = 16

/** An amount on the wire, big-endian: in the token's smallest unit, or in credits of a free channel. */
export const AmountBytes = bytesOf(AMOUNT_BYTES)

/** Errors: RangeError for what is no uint128. */
export function amountToBytes(amount: bigint): Uint8Array {
  if (amount < 0n || amount > MAX_AMOUNT) throw new RangeError('an amount is between 0 and 2^128 - 1')
  const bytes = new Uint8Array(AMOUNT_BYTES)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, amount >> 64n)
  view.setBigUint64(8, amount & 0xffff_ffff_ffff_ffffn)
  return bytes
}

export function amountOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, AMOUNT_BYTES)
  return (view.getBigUint64(0) << 64n) | view.getBigUint64(8)
}
