import { mayPay } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { allowancePrompt } from '../wording/prompt-wording.ts'
import { inToken } from '../wording/token-amount.ts'
import { AmountForm } from './amount-form.tsx'
import { ChannelList } from './channel-list.tsx'
import type { KnownSite } from './stake-desk.tsx'
import { TaskLine } from './task-line.tsx'

/** What may be spent on answers, and what is. */
export function PaymentsSection({ site }: { site: KnownSite }) {
  return (
    <section aria-labelledby="stake-payments">
      <h2 id="stake-payments">Pay for answers</h2>
      <Allowance site={site} />
      <TaskLine kinds={['allow-payments']} />
      <ChannelList token={site.network.token} />
    </section>
  )
}

function Allowance({ site }: { site: KnownSite }) {
  const holdings = useStake((model) => model.holdings)
  const session = useStake((model) => model.device?.session ?? null)
  const asOf = useStake((model) => model.asOf)
  const { allowPayments } = useActions()
  const { token } = site.network
  // More than the key may spend would serve nobody.
  const canPay = session !== null && mayPay(session, asOf)
  if (holdings === null) {
    return (
      <p className="stake-words">
        Asking is free as long as somebody answers for free. To pay for answers, connect a wallet, let this device’s key
        pay up to an amount, and allow payments here.
      </p>
    )
  }
  return (
    <>
      <Facts>
        <Fact name="Allowed">{inToken(holdings.payAllowance, token)} may still go from your wallet into channels</Fact>
        <Fact name="This key">
          {session === null
            ? 'Cannot pay: no wallet stands behind it yet'
            : canPay
              ? `May pay ${inToken(session.cap, token)} in all`
              : 'Cannot pay: it was delegated without that, or has ended'}
        </Fact>
      </Facts>
      <AmountForm
        label="Allow payments of"
        action="Allow"
        token={token}
        least={1n}
        most={canPay ? { amount: session.cap, words: 'is what this key may pay in all' } : null}
        hint="In all, in place of what is allowed now."
        prompt={(amount) => allowancePrompt(amount, site.isSponsored, token)}
        onYes={allowPayments}
      />
    </>
  )
}
