import { numberToHex } from 'viem'
import type { Clock } from '../../src/participant/ports.ts'
import type { ChainNetwork } from '../../src/protocol/channel/chain-network.ts'
import { createJsonRpc } from '../../src/wallet/json-rpc.ts'
import { createCallerLimit } from './caller-limit.ts'
import type { Door } from './door.ts'
import { createFaucet } from './faucet.ts'
import { createRpcDoor } from './rpc-door.ts'
import { createSponsor } from './sponsor.ts'
import type { RunningChain } from './start-chain.ts'
import { systemClock } from './system-clock.ts'
import { createSender } from './transaction-sender.ts'

const MINUTE_MS = 60_000
/** Of one network address, within a minute: all browsers of a laptop have the same one. */
const SPONSORED_CALLS = 120
const GIFTS = 30
const GIFTS_TO_ONE = 1

/** More than any run spends, and less than would overflow what others add to it. */
const SERVICE_COINS_WEI = 10n ** 24n

/** Where the page server mounts them: on the page's origin, so that its policy need not name another one. */
const PATHS = { rpcUrl: '/chain/rpc', sponsorUrl: '/chain/sponsor', faucetUrl: '/chain/faucet' } as const

export interface ChainDoors {
  /** What a page is told (`locus.json`). */
  readonly page: { network: ChainNetwork; rpcUrl: string; sponsorUrl: string; faucetUrl: string }
  /** By path. */
  readonly doors: Readonly<Record<string, Door>>
}

/** The three ways in which pages reach a chain of one's own. Sponsor and faucet get accounts of their own, with coins out of nothing. */
export async function openDoors(
  { network, rpcUrl, request }: Pick<RunningChain, 'network' | 'rpcUrl' | 'request'>,
  clock: Pick<Clock, 'now' | 'after'> = systemClock,
): Promise<ChainDoors> {
  const rpc = createJsonRpc({ url: rpcUrl, clock })
  const [paying, giving] = [createSender(rpc, network.chainId), createSender(rpc, network.chainId)]
  for (const { address } of [paying, giving]) {
    await request('anvil_setBalance', [address, numberToHex(SERVICE_COINS_WEI)])
  }
  const perMinute = (times: number) => createCallerLimit(times, MINUTE_MS, clock)
  return {
    page: { network, ...PATHS },
    doors: {
      [PATHS.rpcUrl]: createRpcDoor(rpc),
      [PATHS.sponsorUrl]: createSponsor({ network, rpc, sender: paying, limit: perMinute(SPONSORED_CALLS) }),
      [PATHS.faucetUrl]: createFaucet({
        network,
        rpc,
        sender: giving,
        callerLimit: perMinute(GIFTS),
        addressLimit: perMinute(GIFTS_TO_ONE),
      }),
    },
  }
}
