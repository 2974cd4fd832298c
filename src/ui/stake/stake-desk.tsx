import type { StakeSite } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import { DeviceKeySection } from './device-key-section.tsx'
import { EarningsSection } from './earnings-section.tsx'
import { PaymentsSection } from './payments-section.tsx'
import { StakeSection } from './stake-section.tsx'
import { TransactionList } from './transaction-list.tsx'
import { WalletSection } from './wallet-section.tsx'

export type KnownSite = Extract<StakeSite, { state: 'known' }>

/** Everything about money, where there is a chain. */
export function StakeDesk({ site }: { site: KnownSite }) {
  const staleBecause = useStake((model) => model.staleBecause)
  return (
    <div className="stake">
      <div className="stake-main">
        <header>
          <h1>What stands behind your work.</h1>
          <p className="lede">
            A stake is what you would lose by a proven lie. All of this is optional: without a wallet, this device
            answers for free.
          </p>
          <ChainLine site={site} />
        </header>
        {staleBecause !== null && <Failure error={staleBecause} />}
        <WalletSection site={site} />
        <StakeSection site={site} />
        <PaymentsSection site={site} />
      </div>
      <div className="stake-side">
        <DeviceKeySection site={site} />
        <EarningsSection site={site} />
        <TransactionList />
      </div>
    </div>
  )
}

function ChainLine({ site: { network } }: { site: KnownSite }) {
  return (
    <p className="chain-line">
      <span>
        On {network.name} (chain {network.chainId}), in {network.token.symbol}.
      </span>
      {network.isTest && <strong className="test-badge">Test chain: its money is worth nothing</strong>}
    </p>
  )
}
