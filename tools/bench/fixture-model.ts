import type { DecoderFixture } from '../fixtures/decoder-fixture.ts'
import type { FolderModel } from './node-runtime.ts'

/** A model in memory, as the engine wants to see it. Nobody ships known answers with it, nor a tokeniser: it is asked in ids. */
export function fixtureModel({ name, files, config }: DecoderFixture): FolderModel {
  const listed = [...files].map(([path, bytes]) => ({ path, bytes: bytes.length, chunks: [] }))
  const contextTokens = Number(config['max_position_embeddings'])
  return {
    source: {
      modelRoot: 'ab'.repeat(32),
      manifest: { version: 1, id: 'random', name, license: 'none', contextTokens, files: listed },
    },
    readFile: async (path) => files.get(path)?.slice() ?? new Uint8Array(),
    progress: () => undefined,
  }
}
