import type { SessionState } from '../participant/money-ports.ts'

/** How long what a key signed can be held against its wallet after its end: the contracts' dispute window. */
const DISPUTE_WINDOW_SECONDS = 7 * 86_400

/** How long a delegation is asked for: the longest that the contracts allow, so that one prompt a month is enough. */
export const DELEGATION_SECONDS = 30 * 86_400

/** Bits of a session's scope, as `ISessionRegistry` has them. */
const SCOPE = { serve: 1, verify: 2, pay: 4 } as const

export type SessionStatus =
  | { status: 'waiting'; from: number }
  | { status: 'active'; until: number }
  /** Signs nothing new; what it signed still counts. */
  | { status: 'accountable'; isRevoked: boolean; until: number }
  | { status: 'over'; isRevoked: boolean }

/** `now` and dates in Unix seconds. */
export function sessionStatusOf(session: SessionState, now: number): SessionStatus {
  const isRevoked = session.revokedAt !== 0
  const endsAt = isRevoked ? Math.min(session.revokedAt, session.validUntil) : session.validUntil
  if (now >= endsAt + DISPUTE_WINDOW_SECONDS) return { status: 'over', isRevoked }
  // A revocation counts from its block on, also for a clock that is behind the chain's.
  if (isRevoked || now >= endsAt) return { status: 'accountable', isRevoked, until: endsAt + DISPUTE_WINDOW_SECONDS }
  return now < session.validAfter
    ? { status: 'waiting', from: session.validAfter }
    : { status: 'active', until: endsAt }
}

export interface SessionPermissions {
  serve: boolean
  verify: boolean
  pay: boolean
}

export function permissionsOf({ scope }: Pick<SessionState, 'scope'>): SessionPermissions {
  const has = (bit: number): boolean => (scope & bit) !== 0
  return { serve: has(SCOPE.serve), verify: has(SCOPE.verify), pay: has(SCOPE.pay) }
}

/** Whether a key may pay for answers now. */
export function mayPay(session: SessionState, now: number): boolean {
  return permissionsOf(session).pay && sessionStatusOf(session, now).status === 'active'
}
