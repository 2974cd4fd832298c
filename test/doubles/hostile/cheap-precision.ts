import type { Engine } from '../../../src/participant/ports.ts'
import { withGeneration } from './hostile-engine.ts'

/** `CheapPrecision` was paid for the weights as they are and computes with coarser ones: half the memory, nearly the same words. */
export function cheapPrecision(honest: Engine, coarse: Engine): Engine {
  return withGeneration(honest, (asked, signal, use) => coarse.generate(asked, signal, use))
}
