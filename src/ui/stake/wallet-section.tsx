import { useActions, useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Fact, Facts } from '../parts/facts.tsx'
import { coinInWords } from '../wording/coin-wording.ts'
import { inToken } from '../wording/token-amount.ts'
import { BusyButton } from './busy-button.tsx'
import type { KnownSite } from './stake-desk.tsx'
import { TaskLine } from './task-line.tsx'
import { WalletChoices } from './wallet-choices.tsx'

export function WalletSection({ site }: { site: KnownSite }) {
  const wallets = useStake((model) => model.wallets)
  const account = useStake((model) => model.account)
  return (
    <section aria-labelledby="stake-wallet">
      <h2 id="stake-wallet">Your wallet</h2>
      {wallets === null && (
        <p className="quiet" role="status">
          Loading what speaks to the chain and to wallets …
        </p>
      )}
      {wallets !== null && account === null && <WalletChoices wallets={wallets} />}
      {account !== null && <ConnectedWallet site={site} />}
      <TaskLine kinds={['connect', 'test-money']} />
    </section>
  )
}

function ConnectedWallet({ site }: { site: KnownSite }) {
  const account = useStake((model) => model.account)
  const wallets = useStake((model) => model.wallets)
  const holdings = useStake((model) => model.holdings)
  const { disconnectWallet, requestTestMoney } = useActions()
  if (account === null) return null
  const choice = wallets?.find(({ id }) => id === account.walletId)
  return (
    <>
      <Facts>
        <Fact name="Account">
          <CopyableId id={account.address} of="address of your wallet" />
          <p className="quiet">
            {choice?.name ?? 'A wallet'}
            {choice?.isTest === true && ', a key that this page made for trying'}
          </p>
        </Fact>
        <Fact name="It holds">
          {holdings === null ? (
            <p className="quiet">Asking the chain …</p>
          ) : (
            <>
              <p>{inToken(holdings.balance, site.network.token)}</p>
              <p className="quiet">{coinInWords(holdings.coinWei, site.isSponsored)}</p>
            </>
          )}
        </Fact>
      </Facts>
      <div className="stake-buttons">
        {site.hasFaucet && site.network.isTest && <BusyButton onPress={requestTestMoney}>Get test money</BusyButton>}
        <BusyButton isPlain onPress={disconnectWallet}>
          Disconnect
        </BusyButton>
      </div>
    </>
  )
}
