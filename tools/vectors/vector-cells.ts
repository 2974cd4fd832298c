import type { Cell } from '../../src/protocol/evidence/cell.ts'

const MODEL_ROOT = '5a'.repeat(32)
const GRAPH_HASH = 'c3'.repeat(32)

/** One cell of each exactness; what is in them is invented. */
export const VECTOR_CELLS: readonly { name: string; cell: Cell }[] = [
  {
    name: 'one-thread WASM with a window of two rows',
    cell: {
      provider: 'wasm',
      vendor: '',
      architecture: '',
      browser: '',
      ortVersion: '1.30.0',
      threads: 1,
      precision: 'q4-f32',
      prefillChunk: 256,
      exactness: { kind: 'window', rows: 2 },
      modelRoot: MODEL_ROOT,
      graphHash: GRAPH_HASH,
      transformVersion: 1,
    },
  },
  {
    name: 'WebGPU that replays its segments',
    cell: {
      provider: 'webgpu',
      vendor: 'nvidia',
      architecture: 'ada',
      browser: 'chromium 156',
      ortVersion: '1.30.0',
      threads: 0,
      precision: 'q4f16',
      prefillChunk: 31,
      exactness: { kind: 'replay' },
      modelRoot: MODEL_ROOT,
      graphHash: GRAPH_HASH,
      transformVersion: 1,
    },
  },
  {
    name: 'WebGPU that promises no equality',
    cell: {
      provider: 'webgpu',
      vendor: 'arm',
      architecture: 'valhall',
      browser: 'chromium 156',
      ortVersion: '1.30.0',
      threads: 0,
      precision: 'q4',
      prefillChunk: 4_096,
      exactness: { kind: 'none' },
      modelRoot: MODEL_ROOT,
      graphHash: GRAPH_HASH,
      transformVersion: 65_535,
    },
  },
]
