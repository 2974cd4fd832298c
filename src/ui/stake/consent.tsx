import type { PromptWording } from '../wording/prompt-wording.ts'
import { ConsentPanel } from './consent-panel.tsx'

export interface ConsentProps {
  /** What it is about, for whoever listens. */
  title: string
  prompt: PromptWording
  onYes: () => void
  onNo: () => void
}

/** What the wallet will ask, in words, before it asks. */
export function Consent({ title, prompt, onYes, onNo }: ConsentProps) {
  const parts = [
    { title: 'Your wallet is asked', words: prompt.asks },
    { title: 'That allows', words: prompt.allows },
    { title: 'And not', words: prompt.never },
  ]
  return <ConsentPanel title={title} parts={parts} yes="Go on in the wallet" onYes={onYes} onNo={onNo} />
}
