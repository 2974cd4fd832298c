import type { Engine } from '../../../src/participant/ports.ts'
import { COMMITMENT_BYTES } from '../../../src/protocol/evidence/activation-commitment.ts'
import { withOtherSegments } from './hostile-engine.ts'

/** `NullEvidence` sends the right number of bytes, all zero. */
export function nullEvidence(honest: Engine): Engine {
  return withOtherSegments(honest, (segment) => ({
    ...segment,
    rowsHash: new Uint8Array(32),
    commitment: new Uint8Array(COMMITMENT_BYTES),
  }))
}
