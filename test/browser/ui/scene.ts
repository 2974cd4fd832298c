import type { Stores } from '../../../src/stores/index.ts'
import type { Route } from '../../../src/ui/route.ts'

/** One state of the page, reached as the page reaches it: by inputs to its stores. */
export interface Scene {
  name: string
  route: Route
  /** The address, where it says more than the route. */
  hash?: string
  play(stores: Stores): void
}
