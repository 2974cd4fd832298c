import { Fragment, useEffect, useRef } from 'react'
import { BusyButton } from './busy-button.tsx'

export interface ConsentPanelProps {
  /** What it is about, for whoever listens. */
  title: string
  parts: readonly { title: string; words: string }[]
  /** On the button that says yes. */
  yes: string
  onYes: () => void
  onNo: () => void
}

/** What a yes means, in words, before it is said. Takes the keyboard; Escape is a no. */
export function ConsentPanel({ title, parts, yes, onYes, onNo }: ConsentPanelProps) {
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
        {parts.map((part) => (
          <Fragment key={part.title}>
            <dt>{part.title}</dt>
            <dd>{part.words}</dd>
          </Fragment>
        ))}
      </dl>
      <div className="stake-buttons">
        <BusyButton onPress={onYes}>{yes}</BusyButton>
        <button type="button" className="button button-plain" onClick={onNo}>
          Not now
        </button>
      </div>
    </div>
  )
}
