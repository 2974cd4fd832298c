import type { Earnings } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Fact, Facts } from '../parts/facts.tsx'
import { inCount } from '../wording/amounts.ts'
import { inCoin } from '../wording/coin-wording.ts'
import { closingInWords, promisedInWords, settleableInWords } from '../wording/earnings-wording.ts'
import { settlePrompt } from '../wording/prompt-wording.ts'
import { inToken } from '../wording/token-amount.ts'
import { AskedButton } from './asked-button.tsx'
import type { KnownSite } from './stake-desk.tsx'
import { TaskLine } from './task-line.tsx'

export function EarningsSection({ site }: { site: KnownSite }) {
  const earnings = useStake((model) => model.earnings)
  return (
    <section aria-labelledby="stake-earnings">
      <h2 id="stake-earnings">Earned by this device</h2>
      {earnings === null ? (
        <p className="quiet">Not looked up yet.</p>
      ) : (
        <EarningsView earnings={earnings} site={site} />
      )}
      <TaskLine kinds={['settle']} />
    </section>
  )
}

function EarningsView({ earnings, site }: { earnings: Earnings; site: KnownSite }) {
  const account = useStake((model) => model.account)
  const settleCostWei = useStake((model) => model.settleCostWei)
  const { settleEarnings } = useActions()
  const { token } = site.network
  const closing = closingInWords(earnings.channels, token)
  const settleable = settleableInWords(earnings, account?.address ?? null)
  return (
    <>
      <Facts>
        <Fact name="Promised">{promisedInWords(earnings, token)}</Fact>
        <Fact name="Paid out">{inToken(earnings.settled, token)}</Fact>
        {earnings.payee !== null && (
          <Fact name="Paid to">
            <CopyableId id={earnings.payee} of="wallet that is paid" />
          </Fact>
        )}
        <Fact name="For free">{inCount(earnings.freeTokens, 'token')} served</Fact>
        <Fact name="Receipts">{inCount(earnings.unsettledReceipts, 'receipt')} not settled yet</Fact>
      </Facts>
      {closing !== null && <p className="stake-warning">{closing}</p>}
      {settleable === null ? (
        <>
          <AskedButton title="Settle" prompt={settlePrompt(earnings, site.isSponsored, token)} onYes={settleEarnings}>
            Settle with one signature
          </AskedButton>
          {settleCostWei !== null && <p className="stake-hint">Settling now costs about {inCoin(settleCostWei)}.</p>}
        </>
      ) : (
        <p className="stake-note">{settleable}</p>
      )}
    </>
  )
}
