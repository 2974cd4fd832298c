import type { Cell } from '../../../../src/protocol/evidence/cell.ts'
import type { RunShape } from '../../../../workers/inference/generation/plan-runs.ts'

/** A one-thread WASM cell of the given shape. */
export function referee(shape: RunShape): Cell {
  return {
    provider: 'wasm',
    vendor: '',
    architecture: '',
    browser: '',
    ortVersion: '1.30.0',
    threads: 1,
    precision: 'q4-f32',
    ...shape,
    modelRoot: 'ab'.repeat(32),
    graphHash: 'cd'.repeat(32),
    transformVersion: 1,
  }
}
