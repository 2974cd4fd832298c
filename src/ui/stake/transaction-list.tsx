import type { TransactionLevel } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { transactionInWords } from '../wording/stake-task-wording.ts'

/** As many as a person follows at once. */
const SHOWN = 5

/** What was handed in during this visit, and how sure each is by now. */
export function TransactionList() {
  const transactions = useStake((model) => model.transactions)
  return (
    <div role="log" aria-label="Transactions">
      {transactions.length > 0 && (
        <section aria-labelledby="stake-transactions">
          <h2 id="stake-transactions">Transactions of this visit</h2>
          <ul className="stake-list">
            {transactions.slice(0, SHOWN).map((each) => (
              <li key={each.transaction}>
                <p>{transactionInWords(each)}</p>
                <div className="transaction-level">
                  <LevelMarks level={each.level} />
                  <CopyableId id={each.transaction} of="transaction" />
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

const REACHED: Record<TransactionLevel, number> = { pending: 0, dropped: 0, seen: 1, safe: 2, finalized: 3 }

/** Says to the eye what the sentence above says in words. */
function LevelMarks({ level }: { level: TransactionLevel }) {
  return (
    <span className="levels" data-level={level} aria-hidden="true">
      {['in a block', 'safe', 'final'].map((name, i) => (
        <span key={name} data-reached={i < REACHED[level]}>
          {name}
        </span>
      ))}
    </span>
  )
}
