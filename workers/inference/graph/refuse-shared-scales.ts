import { unsupported } from './model-error.ts'
import type { GraphIndex } from './read-graph.ts'

/**
 * DynamicQuantizeLinear takes one scale from all rows of a run: what a token gets then depends on the tokens that happen to be computed
 * with it, by up to 2 in a logit, so that neither a checker nor a second try repeats it (measured on exports with int8 weights).
 *
 * @throws CodedError `engine/model-unsupported`
 */
export function refuseSharedScales({ nodes, innerNodes }: GraphIndex): void {
  const shared = [...nodes, ...innerNodes].find(({ opType }) => opType === 'DynamicQuantizeLinear')
  if (shared === undefined) return
  throw unsupported('its numbers depend on how many tokens are computed at once, so nobody could check them.', {
    found: shared.opType,
  })
}
