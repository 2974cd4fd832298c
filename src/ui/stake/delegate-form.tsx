import { type SyntheticEvent, useRef, useState } from 'react'
import { DELEGATION_SECONDS } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { AmountField } from '../parts/amount-field.tsx'
import { checkAmount } from '../wording/amount-problem.ts'
import { delegationPrompt } from '../wording/prompt-wording.ts'
import { BusyButton } from './busy-button.tsx'
import { Consent } from './consent.tsx'
import type { KnownSite } from './stake-desk.tsx'
import { useConsent } from './use-consent.ts'

/** Whether the key only earns, or pays too and up to how much; then the words, then the wallet. */
export function DelegateForm({ site: { network, isSponsored } }: { site: KnownSite }) {
  const { delegateKey } = useActions()
  const asOf = useStake((model) => model.asOf)
  const [pays, setPays] = useState(false)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [cap, setCap] = useState(0n)
  const { isOpen, open, close, opener } = useConsent()
  const field = useRef<HTMLInputElement>(null)
  const { token } = network
  const review = (event: SyntheticEvent) => {
    event.preventDefault()
    const checked = pays ? checkAmount(text, token, 1n, null) : { amount: 0n }
    if ('problem' in checked) {
      setProblem(checked.problem)
      return field.current?.focus()
    }
    setCap(checked.amount)
    open()
  }
  if (isOpen) {
    const prompt = delegationPrompt(cap, asOf + DELEGATION_SECONDS, isSponsored, token)
    const go = () => {
      close()
      delegateKey(cap)
    }
    return <Consent title="Delegate this device’s key" prompt={prompt} onYes={go} onNo={close} />
  }
  return (
    <form className="delegate" onSubmit={review} noValidate>
      <fieldset>
        <legend>What this key may do for your wallet</legend>
        <label className="stake-choice">
          <input type="radio" name="pays" checked={!pays} onChange={() => setPays(false)} />
          <span>Earn: sign answers and verdicts</span>
        </label>
        <label className="stake-choice">
          <input type="radio" name="pays" checked={pays} onChange={() => setPays(true)} />
          <span>Earn, and pay for answers up to an amount</span>
        </label>
      </fieldset>
      {pays && (
        <AmountField
          label="What it may spend, in all"
          token={token}
          text={text}
          onChange={(next) => {
            setText(next)
            setProblem(null)
          }}
          most={null}
          problem={problem}
          ref={field}
        />
      )}
      <BusyButton ref={opener}>Delegate this key</BusyButton>
    </form>
  )
}
