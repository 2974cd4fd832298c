import { type SyntheticEvent, useRef, useState } from 'react'
import { AmountField } from '../parts/amount-field.tsx'
import { checkAmount } from '../wording/amount-problem.ts'
import type { PromptWording } from '../wording/prompt-wording.ts'
import type { TokenUnit } from '../wording/token-amount.ts'
import { BusyButton } from './busy-button.tsx'
import { Consent } from './consent.tsx'
import { useConsent } from './use-consent.ts'

export interface AmountFormProps {
  label: string
  action: string
  token: TokenUnit
  /** The smallest amount that means something. */
  least: bigint
  most: { amount: bigint; words: string } | null
  hint?: string
  prompt: (amount: bigint) => PromptWording
  onYes: (amount: bigint) => void
}

/** An amount, then the words, then the wallet. */
export function AmountForm({ label, action, token, least, most, hint = '', prompt, onYes }: AmountFormProps) {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [amount, setAmount] = useState(0n)
  const { isOpen, open, close, opener } = useConsent()
  const field = useRef<HTMLInputElement>(null)
  const write = (next: string) => {
    setText(next)
    setProblem(null)
  }
  const review = (event: SyntheticEvent) => {
    event.preventDefault()
    const checked = checkAmount(text, token, least, most?.amount ?? null)
    if ('problem' in checked) {
      setProblem(checked.problem)
      return field.current?.focus()
    }
    setAmount(checked.amount)
    open()
  }
  const go = () => {
    close()
    write('')
    onYes(amount)
  }
  if (isOpen) return <Consent title={action} prompt={prompt(amount)} onYes={go} onNo={close} />
  return (
    <form className="amount-form" onSubmit={review} noValidate>
      <AmountField
        label={label}
        token={token}
        text={text}
        onChange={write}
        most={most}
        problem={problem}
        hint={hint}
        ref={field}
      >
        <BusyButton ref={opener}>{action}</BusyButton>
      </AmountField>
    </form>
  )
}
