import type { StakeTaskKind } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import { stakeTaskInWords, transactionInWords } from '../wording/stake-task-wording.ts'

/** How what was pressed here is going, read out as it changes; the region is there before there is anything to say. */
export function TaskLine({ kinds, subject = null }: { kinds: readonly StakeTaskKind[]; subject?: string | null }) {
  const task = useStake((model) => model.task)
  const transaction = useStake((model) => model.transactions.find(({ kind }) => kind === task?.kind))
  const isOurs = task !== null && kinds.includes(task.kind) && (subject === null || subject === task.subject)
  return (
    <div className="task-line" role="status">
      {isOurs && task.step.state === 'failed' && <Failure error={task.step.error} />}
      {isOurs && task.step.state !== 'failed' && (
        <p data-state={task.step.state}>
          {task.step.state === 'done' && transaction !== undefined
            ? transactionInWords(transaction)
            : stakeTaskInWords(task)}
        </p>
      )}
    </div>
  )
}
