export const ROUTES = ['contribute', 'ask', 'check', 'models'] as const

export type Route = (typeof ROUTES)[number]

export const ROUTE_NAMES: Record<Route, string> = {
  contribute: 'Contribute',
  ask: 'Ask',
  check: 'Check',
  models: 'Models',
}

export function hashOf(route: Route): string {
  return `#/${route}`
}

/** Anything that is no route of ours, the empty hash included, is the first screen. */
export function routeOf(hash: string): Route {
  return ROUTES.find((route) => hashOf(route) === hash) ?? 'contribute'
}
