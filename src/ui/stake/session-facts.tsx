import type { HexBytes } from '../../protocol/channel/chain-network.ts'
import { permissionsOf, type StakeModel, sessionStatusOf } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Fact, Facts } from '../parts/facts.tsx'
import { permissionsInWords, sessionStatusInWords } from '../wording/session-wording.ts'
import type { TokenUnit } from '../wording/token-amount.ts'

export interface SessionFactsProps {
  keyId: HexBytes
  session: NonNullable<NonNullable<StakeModel['device']>['session']>
  token: TokenUnit
}

export function SessionFacts({ keyId, session, token }: SessionFactsProps) {
  const asOf = useStake((model) => model.asOf)
  const status = sessionStatusOf(session, asOf)
  const hasEnded = status.status === 'accountable' || status.status === 'over'
  return (
    <Facts>
      <Fact name="Key">
        <CopyableId id={keyId} of="id of this device’s key" />
      </Fact>
      <Fact name="Works for">
        <CopyableId id={session.wallet} of="wallet behind this device’s key" />
      </Fact>
      <Fact name={hasEnded ? 'It could' : 'It may'}>
        <p className="sentence-start">{permissionsInWords(permissionsOf(session), session.cap, token)}</p>
      </Fact>
      <Fact name="How long">{sessionStatusInWords(status)}</Fact>
    </Facts>
  )
}
