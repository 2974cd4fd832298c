export const ROUTES = ['contribute', 'ask', 'check', 'models', 'stake'] as const

export type Route = (typeof ROUTES)[number]

export const ROUTE_NAMES: Record<Route, string> = {
  contribute: 'Contribute',
  ask: 'Ask',
  check: 'Check',
  models: 'Models',
  stake: 'Stake',
}

const EVIDENCE_PREFIX = '#/check/'

/** A peer id in base58, and the content hash of a bundle. */
const EVIDENCE = /^([1-9A-HJ-NP-Za-km-z]{20,128})\/([0-9a-f]{64})$/

export function hashOf(route: Route): string {
  return `#/${route}`
}

/** Evidence that a peer offers, as it stands in an address (`#/check/<peer>/<hash>`). */
export interface EvidenceLink {
  peerId: string
  /** Hex, 64 digits. */
  hash: string
}

export function hashOfEvidence({ peerId, hash }: EvidenceLink): string {
  return `${EVIDENCE_PREFIX}${peerId}/${hash}`
}

/** Null: the address names no evidence. `broken`: it means to, and was cut or changed on its way. */
export function evidenceLinkOf(hash: string): EvidenceLink | 'broken' | null {
  if (!hash.startsWith(EVIDENCE_PREFIX)) return null
  const found = EVIDENCE.exec(hash.slice(EVIDENCE_PREFIX.length))
  return found === null ? 'broken' : { peerId: found[1] ?? '', hash: found[2] ?? '' }
}

/** Anything that is no route of ours, the empty hash included, is the first screen. */
export function routeOf(hash: string): Route {
  if (evidenceLinkOf(hash) !== null) return 'check'
  return ROUTES.find((route) => hashOf(route) === hash) ?? 'contribute'
}
