import type { Ref } from 'react'
import type { ChainNetwork } from '../../protocol/channel/chain-network.ts'
import { mayPay } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { AmountField } from '../parts/amount-field.tsx'
import { hashOf } from '../route.ts'
import { inToken } from '../wording/token-amount.ts'

/** What a person has chosen so far; `text` becomes an amount when it is asked with. */
export interface Paying {
  isOn: boolean
  text: string
  problem: string | null
}

export const NOT_PAYING: Paying = { isOn: false, text: '', problem: null }

export interface PaymentSettingProps {
  network: ChainNetwork
  paying: Paying
  onChange: (paying: Paying) => void
  /** Of the amount. */
  ref: Ref<HTMLInputElement>
}

/** Off unless somebody turns it on: then an answer may cost up to an amount, and no more. */
export function PaymentSetting({ network, paying, onChange, ref }: PaymentSettingProps) {
  return (
    <div className="payment-setting">
      <label className="payment-choice">
        <input
          type="checkbox"
          checked={paying.isOn}
          onChange={(event) => onChange({ ...paying, isOn: event.target.checked, problem: null })}
        />
        <span>Pay for this answer{network.isTest && ', with test money'}</span>
      </label>
      {paying.isOn && (
        <>
          <AmountField
            label="At most"
            token={network.token}
            text={paying.text}
            onChange={(text) => onChange({ ...paying, text, problem: null })}
            most={null}
            problem={paying.problem}
            ref={ref}
          />
          <p className="ask-hint">
            You pay piece by piece, while you read, for what has come; never more than this. <Readiness />{' '}
            <a href={hashOf('stake')}>What this device may spend</a>
          </p>
        </>
      )}
    </div>
  )
}

/** What is known of whether this device can pay at all; it is looked up on the screen for stake. */
function Readiness() {
  const device = useStake((model) => model.device)
  const asOf = useStake((model) => model.asOf)
  const allowance = useStake((model) => model.holdings?.payAllowance ?? null)
  const token = useStake(({ site }) => (site.state === 'known' ? site.network.token : null))
  if (device === null || token === null) return 'It needs a wallet behind this device’s key.'
  if (device.session === null || !mayPay(device.session, asOf)) return 'No wallet lets this device’s key pay yet.'
  return allowance === null ? '' : `Your wallet allows ${inToken(allowance, token)} to be put into channels.`
}
