import { sessionStatusOf, type WalletSession } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { revokePrompt } from '../wording/prompt-wording.ts'
import { shortId } from '../wording/short-id.ts'
import { AskedButton } from './asked-button.tsx'
import { TaskLine } from './task-line.tsx'

/** Only for a key that can still sign something new, and only where its wallet is there to be asked. */
export function RevokeButton({ session }: { session: WalletSession }) {
  const asOf = useStake((model) => model.asOf)
  const account = useStake((model) => model.account)
  const { revokeKey } = useActions()
  const { status } = sessionStatusOf(session, asOf)
  const isOwn = account?.address.toLowerCase() === session.wallet.toLowerCase()
  const name = shortId(session.keyId)
  return (
    <>
      {isOwn && (status === 'active' || status === 'waiting') && (
        <AskedButton title={`Revoke the key ${name}`} prompt={revokePrompt()} onYes={() => revokeKey(session.keyId)}>
          Revoke<span className="visually-hidden"> the key {name}</span>
        </AskedButton>
      )}
      <TaskLine kinds={['revoke']} subject={session.keyId} />
    </>
  )
}
