import type { ReactNode } from 'react'
import type { PromptWording } from '../wording/prompt-wording.ts'
import { BusyButton } from './busy-button.tsx'
import { Consent } from './consent.tsx'
import { useConsent } from './use-consent.ts'

export interface AskedButtonProps {
  children: ReactNode
  title: string
  prompt: PromptWording
  onYes: () => void
}

/** A button for what a wallet is asked without a choice of ours: first the words, then the prompt. */
export function AskedButton({ children, title, prompt, onYes }: AskedButtonProps) {
  const { isOpen, open, close, opener } = useConsent()
  const go = () => {
    close()
    onYes()
  }
  return isOpen ? (
    <Consent title={title} prompt={prompt} onYes={go} onNo={close} />
  ) : (
    <div className="stake-buttons">
      <BusyButton ref={opener} onPress={open}>
        {children}
      </BusyButton>
    </div>
  )
}
