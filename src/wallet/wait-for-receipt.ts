import type { Clock } from '../participant/ports.ts'
import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
import { CodedError } from '../protocol/errors.ts'
import { chainError } from './chain-errors.ts'
import type { ChainReader } from './chain-reader.ts'
import type { ChainCall } from './encode-call.ts'
import type { JsonRpc } from './json-rpc.ts'
import { revertError } from './revert-reason.ts'
import { receiptQuery } from './rpc-query.ts'
import type { TransactionReceipt } from './rpc-values.ts'
import { simulateCall } from './simulate-call.ts'
import { waitFor } from './wait.ts'

/** Between two looks: half of the shortest block time that we know. */
const POLL_MS = 1_000

/** Fees that were right when it was sent are taken within some blocks; after this a person should be told. */
const PATIENCE_MS = 180_000

export interface WaitOptions {
  reader: ChainReader
  rpc: JsonRpc
  clock: Pick<Clock, 'now' | 'after'>
  /** Null: it does not matter who sent it. */
  from: Address | null
}

/** Resolves when it is in a block and did what it should. Errors: `chain/not-mined`, `chain/reverted`, `chain/unreachable` if that lasts. */
export async function waitForReceipt(
  transaction: HexBytes,
  call: ChainCall,
  options: WaitOptions,
  signal?: AbortSignal,
): Promise<TransactionReceipt> {
  const { reader, rpc, clock, from } = options
  const giveUpAtMs = clock.now() + PATIENCE_MS
  let lastFailure: unknown
  while (clock.now() <= giveUpAtMs) {
    const receipt = await look(reader, transaction, signal).catch((error: unknown) => {
      // One lost answer is no reason to forget a transaction that is under way.
      if (!CodedError.is(error, 'chain/unreachable')) throw error
      lastFailure = error
      return null
    })
    if (receipt?.status === '0x1') return receipt
    if (receipt !== null) throw revertError((await simulateCall(rpc, call, from, signal)) ?? '0x')
    await waitFor(clock, POLL_MS, signal)
  }
  throw chainError('chain/not-mined', {
    details: { transaction },
    ...(lastFailure === undefined ? {} : { cause: lastFailure }),
  })
}

async function look(reader: ChainReader, transaction: HexBytes, signal?: AbortSignal) {
  const [receipt] = await reader.ask([receiptQuery(transaction)], signal)
  return receipt
}
