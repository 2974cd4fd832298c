import type { Answer } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { ShareLink } from './share-link.tsx'

/** What can be done with an answer that has ended. */
export function AnswerActions({ answer: { id, prompt, settings, state } }: { answer: Answer }) {
  const { ask, checkAgain, removeAnswer, saveEvidence } = useActions()
  return (
    <div className="answer-actions">
      {state.state === 'accepted' ? (
        <>
          <button type="button" className="button" onClick={() => checkAgain(id)}>
            Check it yourself
          </button>
          <button type="button" className="button" onClick={() => saveEvidence(state.locus.jobId, state.bundle)}>
            Download evidence
          </button>
          <ShareLink answerId={id} />
        </>
      ) : (
        <button type="button" className="button" onClick={() => ask(prompt, settings)}>
          Ask again
        </button>
      )}
      <button type="button" className="button button-plain" onClick={() => removeAnswer(id)}>
        Remove
      </button>
    </div>
  )
}
