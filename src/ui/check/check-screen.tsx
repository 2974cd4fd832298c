import './check-screen.css'
import { useCheck } from '../app-context.ts'
import { BundleDrop } from './bundle-drop.tsx'
import { CheckView } from './check-view.tsx'

export function CheckScreen() {
  const checks = useCheck((model) => model.checks)
  return (
    <div className="check">
      <h1>Check somebody else’s answer.</h1>
      <p className="lede">
        An evidence file holds a question, its answer and the provider’s signatures. This device re-computes the answer
        from it, and believes nobody.
      </p>
      <BundleDrop />
      {checks.length === 0 && <CheckSteps />}
      {checks.length > 0 && (
        <section className="checks" aria-label="Checks, newest first">
          {checks.map((check) => (
            <CheckView key={check.id} check={check} />
          ))}
        </section>
      )}
    </div>
  )
}

function CheckSteps() {
  return (
    <ol className="check-steps">
      <li>Every signature is verified against the key of the provider that it names.</li>
      <li>The chain of hashes shows whether a token was changed after it was written.</li>
      <li>The model runs here once over question and answer, and its numbers are compared with the provider’s.</li>
    </ol>
  )
}
