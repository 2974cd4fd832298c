import './ask-screen.css'
import { useAsk } from '../app-context.ts'
import { AnswerView } from './answer-view.tsx'
import { AskForm } from './ask-form.tsx'

export function AskScreen() {
  const answers = useAsk((model) => model.answers)
  // The welcome makes room once there is something to read.
  const isEmpty = answers.length === 0
  return (
    <div className="ask">
      <h1 className={isEmpty ? undefined : 'visually-hidden'}>Begin a story. A stranger’s browser goes on.</h1>
      {isEmpty && <p className="lede">Yours then checks every word of it, and shows you who wrote it.</p>}
      <AskForm showsOpenings={isEmpty} />
      {!isEmpty && (
        <section className="answers" aria-label="Answers, newest first">
          {answers.map((answer) => (
            <AnswerView key={answer.id} answer={answer} />
          ))}
        </section>
      )}
    </div>
  )
}
