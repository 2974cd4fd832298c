import './ask-form.css'
import { type KeyboardEvent, type SyntheticEvent, useRef, useState } from 'react'
import type { AskSettings } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { AskSettingsView } from './ask-settings-view.tsx'
import { Openings } from './openings.tsx'

/** Calm enough to hold a thread, free enough that two askers get two stories. */
const DEFAULT_SETTINGS: AskSettings = { temperatureMilli: 800, maxTokens: 192 }

export function AskForm({ showsOpenings }: { showsOpenings: boolean }) {
  const { ask } = useActions()
  const [prompt, setPrompt] = useState('')
  const [settings, setSettings] = useState(DEFAULT_SETTINGS)
  const [isMissing, setIsMissing] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)

  const write = (text: string) => {
    setPrompt(text)
    setIsMissing(false)
  }
  const send = (event: SyntheticEvent) => {
    event.preventDefault()
    const text = prompt.trim()
    setIsMissing(text === '')
    if (text === '') return box.current?.focus()
    ask(text, settings)
    setPrompt('')
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
    </form>
  )
}
