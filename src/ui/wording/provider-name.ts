import type { LocusLeg } from '../../stores/index.ts'
import { shortId } from './short-id.ts'

/** Imported evidence does not say at which peer id its provider was reached, only which key signed. */
export function providerName({ peerId, providerKey }: Pick<LocusLeg, 'peerId' | 'providerKey'>): string {
  return peerId === '' ? `key ${shortId(providerKey)}` : `peer ${shortId(peerId)}`
}
