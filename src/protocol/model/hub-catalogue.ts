import { HUB_PINS } from './hub-catalogue.gen.ts'
import type { HubPin } from './hub-pin.ts'

/** Hub models that this version of the page names and pins, byte for byte (docs/decisions/0009-models-from-a-hub.md). */
export const HUB_CATALOGUE: readonly HubPin[] = HUB_PINS
