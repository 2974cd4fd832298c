import { sessionStatusOf } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { ENDED_KEY_IN_WORDS } from '../wording/new-key-wording.ts'
import { DelegateForm } from './delegate-form.tsx'
import { NewKey } from './new-key.tsx'
import { RevokeButton } from './revoke-button.tsx'
import { SessionFacts } from './session-facts.tsx'
import { SessionList } from './session-list.tsx'
import type { KnownSite } from './stake-desk.tsx'
import { TaskLine } from './task-line.tsx'

/** Which wallet stands behind the key that this device signs with. */
export function DeviceKeySection({ site }: { site: KnownSite }) {
  return (
    <section aria-labelledby="stake-key">
      <h2 id="stake-key">This device’s key</h2>
      <DeviceKey site={site} />
      <TaskLine kinds={['delegate', 'renew-key']} />
      <SessionList token={site.network.token} />
    </section>
  )
}

function DeviceKey({ site }: { site: KnownSite }) {
  const device = useStake((model) => model.device)
  const account = useStake((model) => model.account)
  const asOf = useStake((model) => model.asOf)
  if (device === null) return <p className="quiet">Not looked up yet.</p>
  if (device.session === null) {
    return (
      <>
        <p className="stake-words">
          No wallet stands behind it. It works, and what it earns is kept: nothing is lost without a wallet, and you can
          delegate this key later.{' '}
          <span className="stake-id">
            Its id is <CopyableId id={device.keyId} of="id of this device’s key" />
          </span>
        </p>
        {account === null ? (
          <p className="stake-note">Connect a wallet to delegate this key.</p>
        ) : (
          <DelegateForm site={site} />
        )}
        <NewKey token={site.network.token} hasWallet={false} isQuiet />
      </>
    )
  }
  const { status } = sessionStatusOf(device.session, asOf)
  const hasEnded = status === 'accountable' || status === 'over'
  const isOthers = account !== null && account.address.toLowerCase() !== device.session.wallet.toLowerCase()
  return (
    <>
      <SessionFacts keyId={device.keyId} session={device.session} token={site.network.token} />
      <RevokeButton session={{ ...device.session, keyId: device.keyId }} />
      {isOthers && <p className="stake-note">That is another wallet than the one connected here.</p>}
      {hasEnded && <p className="stake-note">{ENDED_KEY_IN_WORDS}</p>}
      <NewKey token={site.network.token} hasWallet isQuiet={!hasEnded} />
    </>
  )
}
