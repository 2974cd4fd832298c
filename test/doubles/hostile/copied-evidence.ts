import type { Engine } from '../../../src/participant/ports.ts'
import type { SegmentEvidence } from '../../../workers/inference/generation/segment-evidence.ts'
import { withOtherSegments } from './hostile-engine.ts'

/** `CopiedEvidence` commits, segment by segment, to what an honest provider committed to in another answer. */
export function copiedEvidence(honest: Engine, copied: readonly SegmentEvidence[]): Engine {
  return withOtherSegments(honest, (segment) => ({ ...segment, ...copied[segment.index % copied.length] }))
}
