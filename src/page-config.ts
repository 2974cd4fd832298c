import * as v from 'valibot'
import { ChainNetworkSchema } from './protocol/channel/chain-network.ts'
import { CodedError } from './protocol/errors.ts'
import { DrandChainSchema } from './protocol/selection/beacon.ts'

const ServerUrl = v.pipe(v.string(), v.minLength(1), v.maxLength(512))

const PageConfigSchema = v.object({
  /** Multiaddr of the relay, with its peer id. */
  relay: v.pipe(v.string(), v.maxLength(512), v.startsWith('/')),
  /**
   * Whose randomness draws the verifiers, and where it is served: `url` is relative to this page or absolute, without a slash at its end.
   * Null: this site names none, so answers are checked by whoever asked and by nobody else.
   */
  beacon: v.optional(v.nullable(v.object({ url: ServerUrl, chain: DrandChainSchema })), null),
  /**
   * Where money is. URLs like the beacon's: `rpcUrl` speaks Ethereum JSON-RPC; `sponsorUrl` hands in what anybody may hand in; `faucetUrl` gives
   * test money away. Null: this site knows no chain, and all work on it is free.
   */
  chain: v.optional(
    v.nullable(
      v.object({
        network: ChainNetworkSchema,
        rpcUrl: ServerUrl,
        sponsorUrl: v.nullable(ServerUrl),
        faucetUrl: v.nullable(ServerUrl),
      }),
    ),
    null,
  ),
})
export type PageConfig = v.InferOutput<typeof PageConfigSchema>

/** `/locus.json`: what whoever serves this page says of its relay, its beacon and its chain. Errors: `network/relay-unreachable`. */
export async function readPageConfig(): Promise<PageConfig> {
  try {
    const response = await fetch('/locus.json', { cache: 'no-store' })
    return v.parse(PageConfigSchema, await response.json())
  } catch (cause) {
    throw new CodedError(
      {
        code: 'network/relay-unreachable',
        message: 'This page does not say where its relay is.',
        nextStep: 'Reload the page. If you serve it yourself, serve it with `npm start` or put a locus.json beside it.',
      },
      { cause },
    )
  }
}
