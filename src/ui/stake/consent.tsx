import { useEffect, useRef } from 'react'
import type { PromptWording } from '../wording/prompt-wording.ts'
import { BusyButton } from './busy-button.tsx'

export interface ConsentProps {
  /** What it is about, for whoever listens. */
  title: string
  prompt: PromptWording
  onYes: () => void
  onNo: () => void
}

/** What the wallet will ask, in words, before it asks. */
export function Consent({ title, prompt, onYes, onNo }: ConsentProps) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [])
  useEffect(() => {
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onNo()
    }
    document.addEventListener('keydown', closeOnEscape)
    return () => document.removeEventListener('keydown', closeOnEscape)
  }, [onNo])
  return (
    <div className="consent" role="group" aria-label={title} tabIndex={-1} ref={panel}>
      <dl>
        <dt>Your wallet is asked</dt>
        <dd>{prompt.asks}</dd>
        <dt>That allows</dt>
        <dd>{prompt.allows}</dd>
        <dt>And not</dt>
        <dd>{prompt.never}</dd>
      </dl>
      <div className="stake-buttons">
        <BusyButton onPress={onYes}>Go on in the wallet</BusyButton>
        <button type="button" className="button button-plain" onClick={onNo}>
          Not now
        </button>
      </div>
    </div>
  )
}
