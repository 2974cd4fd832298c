import type { StoreNames } from 'idb'
import * as v from 'valibot'
import type { HeldVoucher, MoneyBook, OwnChannel, ServedReceipt } from '../participant/ports.ts'
import { bytesToHex } from '../protocol/hash.ts'
import { createDatabase, type Database, type LocusSchema, storageFailed } from './database.ts'
import { HeldVoucherSchema, OwnChannelSchema, ServedReceiptSchema } from './money-schemas.ts'

/** Under which key the store of totals counts tokens that were answered for nothing. */
const FREE_TOKENS = 'free-tokens'

type MoneyStore = Extract<StoreNames<LocusSchema>, 'vouchers' | 'own-channels' | 'served-receipts' | 'money-totals'>
type Writable = (change: (stored: unknown) => unknown) => Promise<void>

/**
 * Vouchers, channels and receipts in IndexedDB. Every write reads and replaces in one transaction, so that two tabs cannot lower each other's sums,
 * and resolves with `durability: 'strict'`: what was acknowledged survives a power cut. Errors: `storage/unavailable`.
 */
export function createMoneyBook(database: Database = createDatabase()): MoneyBook {
  /** One strict transaction over one record; `change` returns what to write, or `undefined` to leave it. */
  const record = (store: MoneyStore, key: string): Writable => {
    return async (change) => {
      try {
        const db = await database.open()
        const transaction = db.transaction(store, 'readwrite', { durability: 'strict' })
        const next = change(await transaction.store.get(key))
        if (next !== undefined) await transaction.store.put(next, key)
        await transaction.done
      } catch (error) {
        throw storageFailed(error)
      }
    }
  }

  const all = async <S extends v.GenericSchema>(store: MoneyStore, schema: S): Promise<v.InferOutput<S>[]> => {
    try {
      const stored: unknown[] = await (await database.open()).getAll(store)
      return stored.flatMap((one) => {
        const parsed = v.safeParse(schema, one)
        return parsed.success ? [parsed.output] : []
      })
    } catch (error) {
      throw storageFailed(error)
    }
  }

  return {
    async keepVoucher(voucher, certain) {
      await record('vouchers', bytesToHex(voucher.channelId))((stored) => higherVoucher(stored, voucher, certain))
    },
    vouchers: () => all('vouchers', HeldVoucherSchema),
    async keepChannel(channel) {
      await record('own-channels', bytesToHex(channel.channelId))((stored) => furtherChannel(stored, channel))
    },
    channels: () => all('own-channels', OwnChannelSchema),
    async promise(channelId, amount, deposit) {
      let sum: bigint | null = null
      await record(
        'own-channels',
        bytesToHex(channelId),
      )((stored) => {
        const raised = raisedBy(stored, amount, deposit)
        sum = raised?.promised ?? null
        return raised
      })
      return sum
    },
    async addReceipt(receipt) {
      await record('served-receipts', bytesToHex(receipt.digest))(() => receipt)
      if (receipt.isFree) await record('money-totals', FREE_TOKENS)((stored) => tally(stored) + receipt.tokens)
    },
    receipts: () => all('served-receipts', ServedReceiptSchema),
    async freeTokens() {
      try {
        return tally(await (await database.open()).get('money-totals', FREE_TOKENS))
      } catch (error) {
        throw storageFailed(error)
      }
    },
    async settle(digests) {
      try {
        const db = await database.open()
        const transaction = db.transaction('served-receipts', 'readwrite', { durability: 'strict' })
        await Promise.all(digests.map((digest) => transaction.store.delete(bytesToHex(digest))))
        await transaction.done
      } catch (error) {
        throw storageFailed(error)
      }
    },
  }
}

/** For this visit only, where the browser keeps nothing. */
export function createMemoryMoneyBook(): MoneyBook {
  const vouchers = new Map<string, HeldVoucher>()
  const channels = new Map<string, OwnChannel>()
  const receipts = new Map<string, ServedReceipt>()
  let free = 0
  return {
    async keepVoucher(voucher, certain) {
      const name = bytesToHex(voucher.channelId)
      const higher = higherVoucher(vouchers.get(name), voucher, certain)
      if (higher !== undefined) vouchers.set(name, structuredClone(higher))
    },
    vouchers: async () => structuredClone([...vouchers.values()]),
    async keepChannel(channel) {
      const name = bytesToHex(channel.channelId)
      channels.set(name, structuredClone(furtherChannel(channels.get(name), channel)))
    },
    channels: async () => structuredClone([...channels.values()]),
    async promise(channelId, amount, deposit) {
      const name = bytesToHex(channelId)
      const raised = raisedBy(channels.get(name), amount, deposit)
      if (raised !== undefined) channels.set(name, raised)
      return raised?.promised ?? null
    },
    async addReceipt(receipt) {
      receipts.set(bytesToHex(receipt.digest), structuredClone(receipt))
      if (receipt.isFree) free += receipt.tokens
    },
    receipts: async () => structuredClone([...receipts.values()]),
    freeTokens: async () => free,
    async settle(digests) {
      for (const digest of digests) receipts.delete(bytesToHex(digest))
    },
  }
}

function higherVoucher(
  stored: unknown,
  voucher: Omit<HeldVoucher, 'certain'>,
  certain: bigint,
): HeldVoucher | undefined {
  const parsed = v.safeParse(HeldVoucherSchema, stored)
  const held = parsed.success ? parsed.output : null
  if (held !== null && held.cumulativeAmount >= voucher.cumulativeAmount) return undefined
  const candidates = [voucher, held, held?.certain].filter((one) => one != null && one.cumulativeAmount <= certain)
  // The highest comes first.
  const [best] = candidates
  const kept = best ?? held?.certain ?? null
  return {
    ...voucher,
    certain: kept === null ? null : { cumulativeAmount: kept.cumulativeAmount, signature: kept.signature },
  }
}

/** A promise is never taken back, by another tab's older memory least of all; a deposit may shrink when a reorganisation takes it out. */
function furtherChannel(stored: unknown, channel: OwnChannel): OwnChannel {
  const held = v.safeParse(OwnChannelSchema, stored)
  return held.success && held.output.promised > channel.promised
    ? { ...channel, promised: held.output.promised }
    : channel
}

function raisedBy(stored: unknown, amount: bigint, deposit: bigint): OwnChannel | undefined {
  const held = v.safeParse(OwnChannelSchema, stored)
  if (!held.success) return undefined
  const promised = held.output.promised + amount
  return promised > deposit ? undefined : { ...held.output, promised }
}

function tally(stored: unknown): number {
  return typeof stored === 'number' && Number.isSafeInteger(stored) && stored >= 0 ? stored : 0
}
