import type { Clock, Finality, Unsubscribe } from '../participant/ports.ts'
import type { HexBytes } from '../protocol/channel/chain-network.ts'
import type { ChainReader } from './chain-reader.ts'
import { blockQuery, receiptQuery } from './rpc-query.ts'
import type { Block, TransactionReceipt } from './rpc-values.ts'

/** One look in each block of the fastest chain that we know. */
const POLL_MS = 2_000

/** Blocks without it after which a transaction that was in one is called dropped: a reorganisation puts most of what it takes back at once. */
const MISSING_BLOCKS = 3

type Level = Finality | 'pending' | 'dropped'

/**
 * Calls back with each new level. A level can fall: a reorganisation takes a transaction back to `pending`, some blocks later to `dropped`, and it
 * may be `seen` again. Ends by itself when the transaction is final. A node that does not answer says nothing, so nothing is told.
 */
export function watchTransaction(
  reader: ChainReader,
  clock: Pick<Clock, 'after'>,
  transaction: HexBytes,
  listener: (level: Level) => void,
): Unsubscribe {
  const stopped = new AbortController()
  let stopTimer: Unsubscribe = () => undefined
  let told: Level | null = null
  /** The lowest height since it vanished: a reorganisation may shorten the chain. Null: not missing. */
  let missingSince: number | null = null

  function levelNow(receipt: TransactionReceipt | null, latest: Block, safe: Block | null, final: Block | null): Level {
    if (receipt !== null) {
      missingSince = null
      if (final !== null && receipt.blockNumber <= final.number) return 'finalized'
      return safe !== null && receipt.blockNumber <= safe.number ? 'safe' : 'seen'
    }
    if (told === null || (told === 'pending' && missingSince === null)) return 'pending'
    missingSince = Math.min(missingSince ?? latest.number, latest.number)
    return told === 'dropped' || latest.number >= missingSince + MISSING_BLOCKS ? 'dropped' : 'pending'
  }

  async function look(): Promise<void> {
    const [receipt, latest, safe, final] = await reader.ask(
      [receiptQuery(transaction), blockQuery('latest'), blockQuery('safe'), blockQuery('finalized')],
      stopped.signal,
    )
    if (stopped.signal.aborted || latest === null) return
    const level = levelNow(receipt, latest, safe, final)
    if (level !== told) {
      told = level
      listener(level)
    }
  }

  function lookAndGoOn(): void {
    look()
      .catch(() => undefined)
      .finally(() => {
        if (!stopped.signal.aborted && told !== 'finalized') stopTimer = clock.after(POLL_MS, lookAndGoOn)
      })
      .catch(() => undefined)
  }
  lookAndGoOn()

  return () => {
    stopped.abort()
    stopTimer()
  }
}
