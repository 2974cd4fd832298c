import { type SessionPermissions, type SessionStatus } from '../../stores/index.ts'
import { inDateAndTime } from './date-wording.ts'
import { inList } from './in-list.ts'
import { inExactToken, type TokenUnit } from './token-amount.ts'

/** `sign answers and sign verdicts`: a continuation of "It may". */
export function permissionsInWords({ serve, verify, pay }: SessionPermissions, cap: bigint, token: TokenUnit): string {
  const parts = [
    ...(serve ? ['sign the answers it gives'] : []),
    ...(verify ? ['sign what it finds in the answers of others'] : []),
    ...(pay ? [`pay for answers with up to ${inExactToken(cap, token)} in all`] : []),
  ]
  return parts.length === 0 ? 'sign nothing' : inList(parts)
}

export function sessionStatusInWords(status: SessionStatus): string {
  switch (status.status) {
    case 'waiting':
      return `From ${inDateAndTime(status.from)} on`
    case 'active':
      return `Until ${inDateAndTime(status.until)}`
    case 'accountable':
      return `${endInWords(status)}. What it signed can be held against the wallet until ${inDateAndTime(status.until)}`
    case 'over':
      return `${endInWords(status)}, and done with`
    default:
      return status satisfies never
  }
}

function endInWords({ isRevoked }: { isRevoked: boolean }): string {
  return isRevoked ? 'Revoked' : 'Expired'
}
