import * as v from 'valibot'
import { CodedError } from './protocol/errors.ts'

const PageConfigSchema = v.object({
  /** Multiaddr of the relay, with its peer id. */
  relay: v.pipe(v.string(), v.maxLength(512), v.startsWith('/')),
})

/** `/locus.json`: what whoever serves this page says of its relay. Errors: `network/relay-unreachable`. */
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
