/** Looks up what stands behind the keys of an answer: only when somebody asks, and no more than that answer's keys. */
import type { StakeWorld } from './follow-stake.ts'
import type { AccountState, Chain } from './participant/money-ports.ts'
import type { Address } from './protocol/channel/chain-network.ts'
import { CodedError } from './protocol/errors.ts'
import type { Stores } from './stores/index.ts'

type LookWorld = Pick<StakeWorld, 'openChain' | 'now'>

export function createBackingLooker({ stake }: Pick<Stores, 'stake'>, world: LookWorld) {
  return (keys: readonly string[], again: boolean): void => {
    const { backings } = stake.getState()
    const wanted = keys.filter((key) => {
      const backing = backings[key]
      return backing?.look.state !== 'looking' && (again || backing?.look.state !== 'done')
    })
    if (wanted.length > 0) void look(wanted)
  }

  /** One after another: a committee has many keys, and the chain's servers are not ours to keep busy. */
  async function look(keys: readonly string[]): Promise<void> {
    stake.apply({ type: 'looking-behind', keys })
    const accounts = new Map<Address, Promise<AccountState>>()
    let done = 0
    try {
      const [chain, { hexToBytes }] = await Promise.all([world.openChain(), import('./protocol/hash.ts')])
      if (chain === null) throw new CodedError(NO_CHAIN)
      for (const key of keys) {
        const session = await chain.session(hexToBytes(key))
        const holdings = session === null ? null : await accountOf(chain, session.wallet, accounts)
        stake.apply({ type: 'behind', key, known: { session, holdings, at: Math.floor(world.now() / 1_000) } })
        done += 1
      }
    } catch (error) {
      // Where one key cannot be looked up, the others could not be either.
      stake.apply({
        type: 'not-behind',
        keys: keys.slice(done),
        error: CodedError.dataOf(error, 'chain/unreachable'),
      })
    }
  }
}

/** One wallet may stand behind several keys. */
function accountOf(chain: Chain, wallet: Address, known: Map<Address, Promise<AccountState>>): Promise<AccountState> {
  const account = known.get(wallet) ?? chain.account(wallet)
  known.set(wallet, account)
  return account
}

const NO_CHAIN = {
  code: 'chain/none',
  message: 'This site names no chain, so nothing can be looked up on it.',
  nextStep: 'Nothing to do: what an answer shows by itself is all here.',
} as const
