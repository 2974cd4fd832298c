import './ask-form.css'
import { type KeyboardEvent, type SyntheticEvent, useEffect, useRef, useState } from 'react'
import type { AskSettings } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { checkAmount } from '../wording/amount-problem.ts'
import { AskSettingsView } from './ask-settings-view.tsx'
import { Openings } from './openings.tsx'
import { NOT_PAYING, PaymentSetting } from './payment-setting.tsx'

/** Calm enough to hold a thread, free enough that two askers get two stories. */
const DEFAULT_SETTINGS: Omit<AskSettings, 'payment'> = { temperatureMilli: 800, maxTokens: 192 }

export function AskForm({ showsOpenings }: { showsOpenings: boolean }) {
  const { ask, learnChain } = useActions()
  const site = useStake((model) => model.site)
  useEffect(learnChain, [learnChain])
  const [prompt, setPrompt] = useState('')
  const [settings, setSettings] = useState(DEFAULT_SETTINGS)
  const [paying, setPaying] = useState(NOT_PAYING)
  const [isMissing, setIsMissing] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  const amountField = useRef<HTMLInputElement>(null)

  const write = (text: string) => {
    setPrompt(text)
    setIsMissing(false)
  }
  const send = (event: SyntheticEvent) => {
    event.preventDefault()
    const text = prompt.trim()
    setIsMissing(text === '')
    if (text === '') return box.current?.focus()
    const payment = paymentOf()
    if (payment === 'unclear') return amountField.current?.focus()
    ask(text, { ...settings, payment })
    setPrompt('')
  }
  const paymentOf = (): AskSettings['payment'] | 'unclear' => {
    if (!paying.isOn || site.state !== 'known') return null
    const checked = checkAmount(paying.text, site.network.token, 1n, null)
    if ('amount' in checked) return { maxAmount: checked.amount }
    setPaying({ ...paying, problem: checked.problem })
    return 'unclear'
  }
  const sendOnEnter = (event: KeyboardEvent) => {
    const isPlainEnter = event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing
    if (isPlainEnter) send(event)
  }
  const begin = (opening: string) => {
    write(opening)
    box.current?.focus()
  }

  return (
    <form className="ask-form" onSubmit={send}>
      <label htmlFor="prompt">How does it begin?</label>
      <div className="ask-box">
        <textarea
          id="prompt"
          ref={box}
          rows={2}
          value={prompt}
          aria-describedby="prompt-hint"
          aria-invalid={isMissing}
          enterKeyHint="send"
          onChange={(event) => write(event.target.value)}
          onKeyDown={sendOnEnter}
        />
        <button type="submit" className="button button-primary">
          Ask
        </button>
      </div>
      <p id="prompt-hint" className="ask-hint" role={isMissing ? 'alert' : undefined}>
        {isMissing ? 'Write a few words first.' : 'Enter asks, Shift and Enter begins a new line.'}
      </p>
      {showsOpenings && <Openings onChoose={begin} />}
      <AskSettingsView settings={settings} onChange={setSettings} />
      {site.state === 'known' && (
        <PaymentSetting network={site.network} paying={paying} onChange={setPaying} ref={amountField} />
      )}
    </form>
  )
}
