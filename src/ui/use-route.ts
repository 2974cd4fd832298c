import { useMemo, useSyncExternalStore } from 'react'
import { type EvidenceLink, evidenceLinkOf, type Route, routeOf } from './route.ts'

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, () => routeOf(window.location.hash))
}

/** The evidence that the address names, if it names any. */
export function useEvidenceLink(): EvidenceLink | 'broken' | null {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash)
  return useMemo(() => evidenceLinkOf(hash), [hash])
}
