import './answer-view.css'
import { useId } from 'react'
import type { Answer, AskState } from '../../stores/index.ts'
import { LocusView } from '../locus/locus-view.tsx'
import { Failure } from '../parts/failure.tsx'
import { Story } from '../parts/story.tsx'
import { timingInWords } from '../wording/timing-wording.ts'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerSpending } from './answer-spending.tsx'
import { AnswerStatus } from './answer-status.tsx'
import { FindingHelp } from './finding-help.tsx'
import { Recheck } from './recheck.tsx'
import { RejectedList } from './rejected-list.tsx'

export function AnswerView({ answer }: { answer: Answer }) {
  const { state } = answer
  const titleId = useId()
  return (
    <article className="answer" aria-labelledby={titleId} data-state={state.state}>
      <AnswerStatus answer={answer} />
      <AnswerSpending answer={answer} />
      <Story id={titleId} opening={answer.prompt} text={answer.text} isChecked={isChecked(state)} />
      {state.state === 'finding' && <FindingHelp />}
      {state.state === 'failed' && <Failure error={state.error} />}
      <RejectedList attempts={answer.rejected} />
      {state.state === 'accepted' && (
        <LocusView locus={state.locus} bundle={state.bundle} timing={timingInWords(answer)} payment={answer.payment}>
          <AnswerActions answer={answer} />
        </LocusView>
      )}
      {state.state === 'failed' && <AnswerActions answer={answer} />}
      {answer.recheck !== null && <Recheck check={answer.recheck} />}
    </article>
  )
}

function isChecked(state: AskState): boolean {
  return state.state === 'accepted' && state.locus.verdict.verdict === 'pass'
}
