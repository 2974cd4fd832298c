import { CodedError } from '../protocol/errors.ts'
import type { ChainReader } from './chain-reader.ts'
import { type LogFilter, logsQuery } from './rpc-query.ts'
import type { ChainLog } from './rpc-values.ts'

/** Where a node refuses to search its whole chain at once: public ones allow 10,000 blocks, some fewer. */
const WINDOW_BLOCKS = 9_000
const WINDOWS_PER_REQUEST = 10

/**
 * How far back those searches go: a session lasts 30 days and is accountable for 7 more, which at one block in 2 s is this. What is older
 * matters to nobody. A node that searches everything at once, or a chain with slower blocks, shows more.
 */
const MAX_BLOCKS_BACK = 1_620_000

/** Blocks that are read again on the next look, in case a reorganisation has exchanged them. */
const REREAD_BLOCKS = 128

/** Filters whose past is remembered: some for each wallet of this page. */
const MAX_FILTERS = 32

/** Errors: `chain/unreachable`, `chain/wrong-chain`. */
export interface LogReader {
  /** Every event that there is up to this block, oldest first; from the second time on only what is new is fetched. */
  upTo(filter: LogFilter, latest: number, signal?: AbortSignal): Promise<ChainLog[]>
}

interface Past {
  logs: ChainLog[]
  scannedTo: number
}

export function createLogReader(reader: ChainReader): LogReader {
  // A Map keeps insertion order: the first is the one read longest ago.
  const known = new Map<string, Past>()

  async function read(filter: LogFilter, from: number, to: number, signal?: AbortSignal): Promise<ChainLog[]> {
    try {
      const [logs] = await reader.ask([logsQuery(filter, from, to)], signal)
      return logs
    } catch (error) {
      if (!CodedError.is(error, 'chain/unreachable') || to - from < WINDOW_BLOCKS) throw error
      return readWindows(filter, Math.max(from, to - MAX_BLOCKS_BACK), to, signal)
    }
  }

  async function readWindows(filter: LogFilter, from: number, to: number, signal?: AbortSignal): Promise<ChainLog[]> {
    const windows: { first: number; last: number }[] = []
    for (let first = from; first <= to; first += WINDOW_BLOCKS) {
      windows.push({ first, last: Math.min(to, first + WINDOW_BLOCKS - 1) })
    }
    const all: ChainLog[] = []
    for (let i = 0; i < windows.length; i += WINDOWS_PER_REQUEST) {
      const some = windows.slice(i, i + WINDOWS_PER_REQUEST).map(({ first, last }) => logsQuery(filter, first, last))
      all.push(...(await reader.ask(some, signal)).flat())
    }
    return all
  }

  return {
    async upTo(filter, latest, signal) {
      const key = JSON.stringify(filter)
      const past = known.get(key)
      const from = past === undefined ? 0 : Math.max(0, Math.min(past.scannedTo, latest) + 1 - REREAD_BLOCKS)
      const kept = past?.logs.filter(({ blockNumber }) => blockNumber < from) ?? []
      const logs = [...kept, ...(await read(filter, from, latest, signal))]
      known.delete(key)
      known.set(key, { logs, scannedTo: latest })
      const oldest = known.keys().next()
      if (known.size > MAX_FILTERS && oldest.done === false) known.delete(oldest.value)
      return logs
    },
  }
}
