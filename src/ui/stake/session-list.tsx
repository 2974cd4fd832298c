import { permissionsOf, sessionStatusOf, type WalletSession } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { permissionsInWords, sessionStatusInWords } from '../wording/session-wording.ts'
import type { TokenUnit } from '../wording/token-amount.ts'
import { RevokeButton } from './revoke-button.tsx'

/** The other keys that the connected wallet ever delegated to: a person who lost a device looks here. */
export function SessionList({ token }: { token: TokenUnit }) {
  const sessions = useStake((model) => model.sessions)
  const ownId = useStake((model) => model.device?.keyId)
  const others = sessions?.filter(({ keyId }) => keyId !== ownId) ?? []
  if (others.length === 0) return null
  return (
    <>
      <h3 className="stake-list-title" id="stake-sessions">
        Other keys of your wallet
      </h3>
      <ul className="stake-list" aria-labelledby="stake-sessions">
        {others.map((session) => (
          <SessionItem key={session.keyId} session={session} token={token} />
        ))}
      </ul>
    </>
  )
}

function SessionItem({ session, token }: { session: WalletSession; token: TokenUnit }) {
  const asOf = useStake((model) => model.asOf)
  const status = sessionStatusOf(session, asOf)
  const hasEnded = status.status === 'accountable' || status.status === 'over'
  return (
    <li>
      <CopyableId id={session.keyId} of="id of a key" />
      <p>
        {hasEnded ? 'Could' : 'May'} {permissionsInWords(permissionsOf(session), session.cap, token)}.
      </p>
      <p className="quiet">{sessionStatusInWords(status)}.</p>
      <RevokeButton session={session} />
    </li>
  )
}
