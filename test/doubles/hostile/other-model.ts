import type { Engine } from '../../../src/participant/ports.ts'
import { withGeneration } from './hostile-engine.ts'

/** `OtherModel` serves what another model computes under the name, and the cell, of the one that was asked for. */
export function otherModel(honest: Engine, other: Engine): Engine {
  return withGeneration(honest, (asked, signal, use) => other.generate(asked, signal, use))
}
