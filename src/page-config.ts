import * as v from 'valibot'
import { CodedError } from './protocol/errors.ts'
import { DrandChainSchema } from './protocol/selection/beacon.ts'

const PageConfigSchema = v.object({
  /** Multiaddr of the relay, with its peer id. */
  relay: v.pipe(v.string(), v.maxLength(512), v.startsWith('/')),
  /**
   * Whose randomness draws the verifiers, and where it is served: `url` is relative to this page or absolute, without a slash at its end.
   * Null: this site names none, so answers are checked by whoever asked and by nobody else.
   */
  beacon: v.optional(
    v.nullable(v.object({ url: v.pipe(v.string(), v.maxLength(512)), chain: DrandChainSchema })),
    null,
  ),
})

/** `/locus.json`: what whoever serves this page says of its relay and its beacon. Errors: `network/relay-unreachable`. */
export async function readPageConfig(): Promise<v.InferOutput<typeof PageConfigSchema>> {
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
