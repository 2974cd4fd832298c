import type { Engine } from '../../../src/participant/ports.ts'
import { createSegmentEvidence } from '../../../workers/inference/generation/segment-evidence.ts'
import { withOtherSegments } from './hostile-engine.ts'

/**
 * `ConstantGuess` never computes a row: it claims the average one of the model, [hidden], for every token, whose largest values are the
 * model's outlier dimensions.
 */
export function constantGuess(honest: Engine, averageRow: Float32Array): Engine {
  return withOtherSegments(honest, (segment) => {
    const evidence = createSegmentEvidence()
    for (const _id of segment.ids) evidence.add(averageRow)
    return { ...segment, ...evidence.digest() }
  })
}
