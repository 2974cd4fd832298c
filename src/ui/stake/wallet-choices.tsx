import type { WalletChoice } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { BusyButton } from './busy-button.tsx'

/** Wallets that announced themselves, and the page's own one for trying, which says what it is. */
export function WalletChoices({ wallets }: { wallets: readonly WalletChoice[] }) {
  const { connectWallet } = useActions()
  if (wallets.length === 0) {
    return (
      <p className="stake-words">
        No wallet was found in this browser. You need none: all of this can be read, and this device works for free. If
        you install one, it appears here.
      </p>
    )
  }
  return (
    <>
      <p className="stake-words">
        You need none to contribute or to ask. If you connect one, this page sees its address, and nothing moves without
        a prompt of the wallet’s own.
      </p>
      <ul className="wallets">
        {wallets.map((wallet) => (
          <li key={wallet.id}>
            <WalletIcon icon={wallet.icon} />
            <div>
              <p className="wallet-name">{wallet.name}</p>
              {wallet.isTest && <p className="quiet">A key that this page makes for trying. It is worth nothing.</p>}
            </div>
            <BusyButton onPress={() => connectWallet(wallet.id)}>
              Connect<span className="visually-hidden"> {wallet.name}</span>
            </BusyButton>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Only what is in the announcement itself: fetching a picture would tell a stranger of every visit. */
function WalletIcon({ icon }: { icon: string | null }) {
  return icon?.startsWith('data:image/') === true ? (
    <img className="wallet-icon" src={icon} alt="" width="32" height="32" />
  ) : (
    <span className="wallet-icon" aria-hidden="true" />
  )
}
