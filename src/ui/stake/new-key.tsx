import { keyUseOf } from '../../stores/index.ts'
import { useActions, useAsk, useContribute, useStake } from '../app-context.ts'
import { newKeyInWords, noNewKeyInWords } from '../wording/new-key-wording.ts'
import type { TokenUnit } from '../wording/token-amount.ts'
import { BusyButton } from './busy-button.tsx'
import { ConsentPanel } from './consent-panel.tsx'
import { useConsent } from './use-consent.ts'

export interface NewKeyProps {
  token: TokenUnit
  /** Whether a wallet stands, or stood, behind the key in use. */
  hasWallet: boolean
  /** A key that still works is not given up by the way. */
  isQuiet: boolean
}

/** Offers another key for this device, while nothing in this page needs the one it has. */
export function NewKey({ token, hasWallet, isQuiet }: NewKeyProps) {
  const { renewKey } = useActions()
  const contribute = useContribute((model) => model)
  const ask = useAsk((model) => model)
  const earnings = useStake((model) => model.earnings)
  const { isOpen, open, close, opener } = useConsent()
  const refusal = noNewKeyInWords(keyUseOf(contribute, ask), hasWallet, earnings, token)
  if (refusal !== null) return <p className="stake-note">{refusal}</p>
  const go = () => {
    close()
    renewKey()
  }
  return isOpen ? (
    <ConsentPanel
      title="Make a new key"
      parts={newKeyInWords(hasWallet)}
      yes="Make a new key, and reload"
      onYes={go}
      onNo={close}
    />
  ) : (
    <div className="stake-buttons">
      <BusyButton ref={opener} onPress={open} isPlain={isQuiet}>
        Make a new key
      </BusyButton>
    </div>
  )
}
