import type { DrandChain } from '../../src/protocol/selection/beacon.ts'

export interface BeaconAnswer {
  status: 200 | 404 | 405 | 503
  /** JSON. */
  body: string
}

/** A part of drand's HTTP API, version 1, to be mounted by a server. */
export interface BeaconService {
  /** What a page is configured with. */
  readonly chain: DrandChain
  /** `path` begins with a slash: `/<chainHash>/info` or `/<chainHash>/public/<round>`. Never rejects. */
  answer(method: string | undefined, path: string): BeaconAnswer | Promise<BeaconAnswer>
}

export const NOT_HERE: BeaconAnswer = { status: 404, body: '{"error":"no such round, or not yet"}' }

/** What is asked of the chain; an answer where that is clear without knowing any round. */
export type BeaconQuestion =
  | { kind: 'info' }
  | { kind: 'round'; round: number }
  | { kind: 'none'; answer: BeaconAnswer }

export function questionOf(chain: DrandChain, method: string | undefined, path: string): BeaconQuestion {
  if (method !== 'GET') return { kind: 'none', answer: { status: 405, body: '{"error":"GET only"}' } }
  if (path === `/${chain.chainHash}/info`) return { kind: 'info' }
  const digits = new RegExp(`^/${chain.chainHash}/public/([1-9][0-9]{0,14})$`).exec(path)?.[1]
  return digits === undefined ? { kind: 'none', answer: NOT_HERE } : { kind: 'round', round: Number(digits) }
}
