/** A new key for this device. A key can be delegated once, so that one that has ended can never speak for a wallet again. */
import type { StakeWorld } from './follow-stake.ts'
import type { Chain } from './participant/money-ports.ts'
import { CodedError } from './protocol/errors.ts'
import { keyUseOf, type Stores } from './stores/index.ts'

type RenewWorld = Pick<StakeWorld, 'openKey' | 'openDesk' | 'replaceKey' | 'reload'>

/** Errors: `lease/key-in-use`; `payment/no-payee` where the old key is owed what only a wallet behind it could get; `chain/*`, `storage/*`. */
export async function renewKey(
  stores: Pick<Stores, 'contribute' | 'ask'>,
  world: RenewWorld,
  chain: Pick<Chain, 'session'>,
): Promise<void> {
  const requireUnused = (): void => {
    if (keyUseOf(stores.contribute.getState(), stores.ask.getState()) !== null) throw new CodedError(IN_USE)
  }
  requireUnused()
  const [key, desk] = await Promise.all([world.openKey(), world.openDesk()])
  // To delegate takes the key's own signature: what is owed to a key without a wallet would be owed to it for ever.
  if (desk !== null && (await chain.session(key.publicKey)) === null) {
    const { pending, claimable } = await desk.earnings()
    if (pending > claimable) throw new CodedError(UNPAID)
  }
  requireUnused()
  await world.replaceKey()
  // Everything that was built with the old key goes with the page.
  world.reload()
}

const IN_USE = {
  code: 'lease/key-in-use',
  message: 'This page works with its key right now.',
  nextStep: 'Stop contributing and let your answers end, then try again.',
} as const

const UNPAID = {
  code: 'payment/no-payee',
  message: 'This key is owed something, and no wallet stands behind it. With another key, nobody could ever be paid.',
  nextStep: 'Delegate this key to a wallet first. What it is owed goes there then, also after you have made a new key.',
} as const
