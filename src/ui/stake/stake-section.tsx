import type { AccountState } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { stakePrompt, unbondPrompt } from '../wording/prompt-wording.ts'
import { slashInWords } from '../wording/slash-wording.ts'
import { inToken } from '../wording/token-amount.ts'
import { AmountForm } from './amount-form.tsx'
import { BusyButton } from './busy-button.tsx'
import { LockList } from './lock-list.tsx'
import { SlashRules } from './slash-rules.tsx'
import type { KnownSite } from './stake-desk.tsx'
import { TaskLine } from './task-line.tsx'

export function StakeSection({ site }: { site: KnownSite }) {
  const account = useStake((model) => model.account)
  const holdings = useStake((model) => model.holdings)
  return (
    <section aria-labelledby="stake-stake">
      <h2 id="stake-stake">Stake</h2>
      {account === null && (
        <p className="stake-words">
          What you stake makes you likelier to be drawn as a verifier, and says that you have something to lose. Connect
          a wallet to stake.
        </p>
      )}
      {account !== null && holdings === null && <p className="quiet">Asking the chain …</p>}
      {holdings !== null && <Staked site={site} holdings={holdings} />}
      <TaskLine kinds={['stake', 'unbond', 'withdraw', 'claim-reward']} />
      <SlashRules />
    </section>
  )
}

function Staked({ site, holdings }: { site: KnownSite; holdings: AccountState }) {
  const { stakeTokens, unbondTokens, claimReward } = useActions()
  const { token } = site.network
  return (
    <>
      <Facts>
        <Fact name="Staked">{inToken(holdings.bonded, token)}</Fact>
        <Fact name="In reach of a slash">{inToken(holdings.slashable, token)}</Fact>
        {holdings.rewards > 0n && (
          <Fact name="Rewards">
            <p>{inToken(holdings.rewards, token)}, for a proof you reported</p>
            <BusyButton onPress={claimReward}>Claim them</BusyButton>
          </Fact>
        )}
      </Facts>
      {holdings.slashes.length > 0 && (
        <ul className="slashes" aria-label="Proofs against this wallet">
          {holdings.slashes.map((slash) => (
            <li key={slash.id} data-state={slash.state}>
              {slashInWords(slash, token)}
            </li>
          ))}
        </ul>
      )}
      <AmountForm
        label="Stake more"
        action="Stake"
        token={token}
        least={1n}
        most={{ amount: holdings.balance, words: 'in your wallet' }}
        prompt={(amount) => stakePrompt(amount, site.isSponsored, token)}
        onYes={stakeTokens}
      />
      {holdings.bonded > 0n && (
        <AmountForm
          label="Take out"
          action="Unbond"
          token={token}
          least={1n}
          most={{ amount: holdings.bonded, words: 'staked' }}
          prompt={(amount) => unbondPrompt(amount, token)}
          onYes={unbondTokens}
        />
      )}
      <LockList holdings={holdings} token={token} />
    </>
  )
}
