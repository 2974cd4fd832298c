import { type Answer, type AskState, isEnded, segmentsSoFar } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { SegmentMarks } from '../locus/segment-marks.tsx'
import { Countdown } from '../parts/countdown.tsx'
import { VerdictLabel } from '../parts/verdict-label.tsx'
import { askInWords, stopInWords, stoppingInWords } from '../wording/ask-wording.ts'
import { AttestingMarks } from './attesting-marks.tsx'

/** One line that keeps its height, so that the text under it does not move while it streams. */
export function AnswerStatus({ answer }: { answer: Answer }) {
  const { stopAnswer } = useActions()
  const { state, stopping } = answer
  const { detail } = askInWords(state)
  return (
    <div className="answer-status">
      <div className="answer-status-words">
        <p role="status">{stopping ? stoppingInWords(state) : <StatusWords state={state} />}</p>
        {state.state === 'streaming' && (
          <SegmentMarks segments={segmentsSoFar(state.committed, answer.settings.maxTokens)} />
        )}
        {state.state === 'drawing' && <Countdown dueAt={state.dueAt} />}
        {state.state === 'attesting' && <AttestingMarks {...state} />}
        {!isEnded(state) && detail !== '' && <p className="answer-detail">{detail}</p>}
      </div>
      {!isEnded(state) && (
        <button type="button" className="button" disabled={stopping} onClick={() => stopAnswer(answer.id)}>
          {stopInWords(state)}
        </button>
      )}
    </div>
  )
}

function StatusWords({ state }: { state: AskState }) {
  const { status } = askInWords(state)
  if (state.state === 'accepted') return <VerdictLabel locus={state.locus} />
  if (state.state !== 'failed') return status
  return (
    <>
      <strong>No answer.</strong> <span className="visually-hidden">{status}</span>
    </>
  )
}
