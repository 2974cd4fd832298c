import './amount-field.css'
import { type ReactNode, type Ref, useId } from 'react'
import { exactDigits, inToken, type TokenUnit } from '../wording/token-amount.ts'

export interface AmountFieldProps {
  label: string
  token: TokenUnit
  text: string
  onChange: (text: string) => void
  /** What there is, and where; null: whatever a person likes. */
  most: { amount: bigint; words: string } | null
  problem: string | null
  /** Shown while there is no problem and nothing else to say. */
  hint?: string
  /** What is done with it. */
  children?: ReactNode
  ref?: Ref<HTMLInputElement>
}

/** An amount of tokens, as text: a field for numbers would round it, and read it by the browser's language. */
export function AmountField({ label, token, text, onChange, most, problem, hint, children, ref }: AmountFieldProps) {
  const id = useId()
  return (
    <div className="amount">
      <label htmlFor={id}>{label}</label>
      <div className="amount-box">
        <input
          id={id}
          ref={ref}
          value={text}
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder="0"
          aria-invalid={problem !== null}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        />
        <span className="amount-symbol">{token.symbol}</span>
        {most !== null && (
          <button type="button" className="button" onClick={() => onChange(exactDigits(most.amount, token))}>
            Max<span className="visually-hidden"> of {inToken(most.amount, token)}</span>
          </button>
        )}
        {children}
      </div>
      <p id={`${id}-hint`} className="amount-hint" role={problem === null ? undefined : 'alert'}>
        {problem ?? (most === null ? hint : `${inToken(most.amount, token)} ${most.words}`)}
      </p>
    </div>
  )
}
