import type { AccountState } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { inDateAndTime } from '../wording/date-wording.ts'
import { inToken, type TokenUnit } from '../wording/token-amount.ts'
import { BusyButton } from './busy-button.tsx'

/** What is on its way out, and from when on it can be taken. */
export function LockList({ holdings, token }: { holdings: AccountState; token: TokenUnit }) {
  const { withdrawTokens } = useActions()
  if (holdings.locks.length === 0) return null
  const locks = holdings.locks.toSorted((a, b) => a.unlockAt - b.unlockAt)
  const open = locks.filter(({ unlockAt }) => unlockAt <= holdings.blockTime)
  const openAmount = open.reduce((sum, { amount }) => sum + amount, 0n)
  return (
    <>
      <h3 className="stake-list-title" id="stake-locks">
        Unbonding
      </h3>
      <ul className="stake-list" aria-labelledby="stake-locks">
        {locks.map(({ amount, unlockAt }, i) => (
          <li key={i}>
            {inToken(amount, token)},{' '}
            {unlockAt <= holdings.blockTime ? (
              <strong>can be taken out</strong>
            ) : (
              <span>
                locked until <time dateTime={new Date(unlockAt * 1_000).toISOString()}>{inDateAndTime(unlockAt)}</time>
              </span>
            )}
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <div className="stake-buttons">
          <BusyButton onPress={withdrawTokens}>Take out {inToken(openAmount, token)}</BusyButton>
        </div>
      )}
    </>
  )
}
