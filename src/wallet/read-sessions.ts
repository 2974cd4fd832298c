import { encodeEventTopics, pad } from 'viem'
import type { SessionState } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { sessionRegistryAbi } from './abi/session-registry.gen.ts'
import type { ChainReader } from './chain-reader.ts'
import type { LogReader } from './read-logs.ts'
import { blockQuery, contractQuery } from './rpc-query.ts'

/** Sessions whose state is read: one a month and device is 30 a year for a person with many devices. */
const MAX_SESSIONS = 200

const [DELEGATED] = encodeEventTopics({ abi: sessionRegistryAbi, eventName: 'SessionDelegated' })

/** Null: nobody ever delegated to this key. */
export async function readSession(
  reader: ChainReader,
  { contracts }: ChainNetwork,
  keyId: HexBytes,
): Promise<SessionState | null> {
  const [session] = await reader.ask([sessionQuery(contracts.sessionRegistry, keyId)])
  return sessionOf(session)
}

/** By their events, newest first. */
export async function readSessionsOf(
  reader: ChainReader,
  logs: LogReader,
  { contracts }: ChainNetwork,
  wallet: Address,
): Promise<(SessionState & { keyId: HexBytes })[]> {
  const registry = contracts.sessionRegistry
  const [latest] = await reader.ask([blockQuery('latest')])
  const filter = { addresses: [registry], topics: [DELEGATED, null, pad(wallet)] }
  const events = await logs.upTo(filter, latest?.number ?? 0)
  const keyIds = [...new Set(events.flatMap(({ topics }) => topics[1] ?? []))].toReversed().slice(0, MAX_SESSIONS)
  const sessions = await reader.ask(keyIds.map((keyId) => sessionQuery(registry, keyId)))
  return keyIds.flatMap((keyId, i) => {
    const state = sessionOf(sessions[i])
    // An event without its session was taken back by a reorganisation between the two reads.
    return state === null ? [] : [{ ...state, keyId }]
  })
}

type RawSession = Omit<SessionState, 'validAfter' | 'validUntil' | 'revokedAt'> & {
  validAfter: bigint
  validUntil: bigint
  revokedAt: bigint
}

export function sessionQuery(registry: Address, keyId: HexBytes) {
  return contractQuery(registry, sessionRegistryAbi, 'session', [keyId])
}

export function sessionOf(raw: RawSession | undefined): SessionState | null {
  if (raw === undefined || BigInt(raw.wallet) === 0n) return null
  const { wallet, scope, cap } = raw
  return {
    wallet,
    scope,
    validAfter: Number(raw.validAfter),
    validUntil: Number(raw.validUntil),
    revokedAt: Number(raw.revokedAt),
    cap,
  }
}
