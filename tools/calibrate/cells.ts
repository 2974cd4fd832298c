import type { Engine } from '../../src/participant/ports.ts'
import type { FolderModel } from '../bench/node-runtime.ts'
import type { Twins } from '../twins/twins.ts'
import { openEngineThread } from './open-engine-thread.ts'

/** A cell of the embedded model that Node can compute. */
export interface NodeCell {
  name: string
  threads: number
  expand: boolean
  /** Of the answers that the quickest cells are asked for. */
  share: number
  model: (twins: Twins) => Promise<FolderModel>
}

/** The referee first. */
export const NODE_CELLS: readonly NodeCell[] = [
  { name: 'WASM, 1 thread, q4-f32', threads: 1, expand: true, share: 1, model: async ({ shipped }) => shipped },
  { name: 'WASM, 1 thread, q4', threads: 1, expand: false, share: 1, model: async ({ shipped }) => shipped },
  { name: 'WASM, 2 threads, q4-f32', threads: 2, expand: true, share: 1 / 10, model: async ({ shipped }) => shipped },
  { name: 'WASM, 2 threads, q4', threads: 2, expand: false, share: 1 / 20, model: async ({ shipped }) => shipped },
  { name: 'WASM, 1 thread, q4f16', threads: 1, expand: false, share: 1 / 10, model: ({ halved }) => halved() },
]

export async function openNodeCell(
  { threads, expand }: Pick<NodeCell, 'threads' | 'expand'>,
  { source, readFile }: FolderModel,
): Promise<Engine> {
  const engine = openEngineThread({ threads, expand })
  await engine.load({ ...source, readFile, provider: 'wasm' })
  return engine
}
