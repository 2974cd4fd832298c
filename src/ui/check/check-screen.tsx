import './check-screen.css'
import { useCheck } from '../app-context.ts'
import { BundleDrop } from './bundle-drop.tsx'
import { CheckView } from './check-view.tsx'
import { LinkOffer } from './link-offer.tsx'

export function CheckScreen() {
  const checks = useCheck((model) => model.checks)
  return (
    <div className="check">
      <h1>Check somebody else’s answer.</h1>
      <p className="lede">
        Evidence holds a question, its answer and the signatures under it. This device computes the answer again from
        it, and believes nobody.
      </p>
      <LinkOffer />
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
      <li>The lot that drew other checkers is drawn again, and what they signed is held against those numbers.</li>
      <li>What this device finds, it signs, so that you can hand it on.</li>
    </ol>
  )
}
