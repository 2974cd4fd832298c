import type { Backing } from '../participant/ports.ts'
import type { Address, ChainNetwork } from '../protocol/channel/chain-network.ts'
import { keyIdOf, signerOf } from '../protocol/channel/delegation.ts'
import { stakeAbi } from './abi/stake.gen.ts'
import { chainError } from './chain-errors.ts'
import type { ChainReader } from './chain-reader.ts'
import { sessionOf, sessionQuery } from './read-sessions.ts'
import { blockQuery, contractQuery, type Query } from './rpc-query.ts'

/** Of one request: nodes and our own door take 50, and the first requests also ask which chain it is. */
const CALLS = 49

/** Requests at once: a full roster is through in three turns, and the node still has room for others. */
const LANES = 4

/**
 * Sessions as the newest block has them, so that a revocation counts at once; a delegation that a reorganisation undoes was still signed by its
 * wallet. Then the stake of each of their wallets as of the newest safe block, by the contract's own checkpoints: no node has to remember old state.
 */
export async function readBackings(
  reader: ChainReader,
  { contracts }: ChainNetwork,
  publicKeys: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<(Backing | null)[]> {
  const { p256Verifier, sessionRegistry, stake } = contracts
  const keyIds = publicKeys.map((key) => keyIdOf(signerOf(key, p256Verifier)))
  const [[safe], raw] = await Promise.all([
    reader.ask([blockQuery('safe')], signal),
    askInLanes(
      reader,
      keyIds.map((keyId) => sessionQuery(sessionRegistry, keyId)),
      signal,
    ),
  ])
  if (safe === null) throw chainError('chain/unreachable', { details: { reason: 'no safe block' } })
  const sessions = raw.map(sessionOf)
  const wallets = [...new Set(sessions.flatMap((session) => (session === null ? [] : [session.wallet])))]
  const bondedQuery = (wallet: Address) => contractQuery(stake, stakeAbi, 'bondedAt', [wallet, BigInt(safe.number)])
  const amounts = await askInLanes(reader, wallets.map(bondedQuery), signal)
  const bonded = new Map(wallets.map((wallet, i) => [wallet, amounts[i] ?? 0n]))
  return sessions.map((session) => session && { ...session, bonded: bonded.get(session.wallet) ?? 0n })
}

async function askInLanes<T>(
  reader: ChainReader,
  queries: readonly Query<T>[],
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const parts: T[][] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < queries.length) {
      const first = next
      next += CALLS
      parts[first / CALLS] = await reader.ask(queries.slice(first, first + CALLS), signal)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return parts.flat()
}
