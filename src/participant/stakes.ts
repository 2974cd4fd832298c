import type { ChainNetwork } from '../protocol/channel/chain-network.ts'
import { CodedError } from '../protocol/errors.ts'
import { bytesToHex } from '../protocol/hash.ts'
import { withDeadline } from './deadline.ts'
import type { Backing, Chain, Clock, Logger } from './ports.ts'

/** What the chain says of those who could be drawn and of those whose answer it is. */
export type Stakes =
  /** By the key, in hex; those behind which no wallet ever stood are missing. */
  | { state: 'known'; network: ChainNetwork; backings: ReadonlyMap<string, Backing> }
  /** This site names no chain. */
  | { state: 'none' }
  /** It did not answer, or not in time. */
  | { state: 'unreachable' }

/** Never rejects: an audit is held whatever the chain does. */
export type StakeReader = (keys: readonly Uint8Array[], signal: AbortSignal) => Promise<Stakes>

/** A node answers a full roster in well under a second; a person who waits for a verdict should not wait longer for weights. */
const STAKES_TIMEOUT_MS = 3_000

export interface StakePorts {
  /** Null: this site names no chain. Opened by the first who needs it. */
  openChain: () => Promise<Chain | null>
  clock: Pick<Clock, 'after'>
  logger: Logger
}

export function createStakeReader({ openChain, clock, logger }: StakePorts): StakeReader {
  const look = async (keys: readonly Uint8Array[], signal: AbortSignal): Promise<Stakes> => {
    const chain = await openChain()
    if (chain === null) return { state: 'none' }
    const asked = [...new Map(keys.map((key) => [bytesToHex(key), key]))]
    const found = await chain.backings(
      asked.map(([, key]) => key),
      signal,
    )
    const backings = asked.flatMap(([name], i): [string, Backing][] => {
      const backing = found[i] ?? null
      return backing === null ? [] : [[name, backing]]
    })
    return { state: 'known', network: chain.network, backings: new Map(backings) }
  }

  return async (keys, signal) => {
    const stop = new AbortController()
    signal.addEventListener('abort', () => stop.abort(), { once: true, signal: stop.signal })
    try {
      return await withDeadline(clock, STAKES_TIMEOUT_MS, 'stakes', look(keys, stop.signal))
    } catch (error) {
      logger.info('stakes-unknown', { code: CodedError.dataOf(error, 'chain/unreachable').code })
      return { state: 'unreachable' }
    } finally {
      stop.abort()
    }
  }
}

/** Who stands behind a key, if the chain said so. */
export function backingOf(stakes: Stakes, key: Uint8Array): Backing | null {
  return stakes.state === 'known' ? (stakes.backings.get(bytesToHex(key)) ?? null) : null
}

/** Whether the wallet stands behind what the key signs now. A revocation counts from its block on, also for a clock that is behind the chain's. */
export function isActive({ validAfter, validUntil, revokedAt }: Backing, nowSeconds: number): boolean {
  return revokedAt === 0 && validAfter <= nowSeconds && nowSeconds < validUntil
}
