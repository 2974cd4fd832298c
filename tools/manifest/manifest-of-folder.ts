import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { CHUNK_BYTES } from '../../src/protocol/limits.ts'
import type { CacheShape } from '../../src/protocol/model/hub-pin.ts'
import { type ManifestFile, type ModelManifest, ModelManifestSchema } from '../../src/protocol/model/manifest.ts'

/** Written about the model, or by this tool: not part of what the root pins. */
const NOT_MODEL_FILES = new Set(['README.md', 'manifest.json'])

const ContextSchema = v.object({ max_position_embeddings: v.number() })

const CacheSchema = v.object({ num_hidden_layers: v.number(), num_key_value_heads: v.number(), head_dim: v.number() })

/** What the catalogue says of a model, beyond what its files say. */
export interface ModelTitle {
  name: string
  license: string
}

/** The manifest of a model folder laid out as on a hub; the folder's name is the model's id. Files in the order of their paths. */
export async function manifestOfFolder(folder: string, title: ModelTitle): Promise<ModelManifest> {
  const paths = await modelPaths(folder)
  if (paths.length === 0) throw new Error(`no model files in ${folder}`)
  const config = await readConfig(folder, ContextSchema)
  return v.parse(ModelManifestSchema, {
    version: 1,
    id: basename(folder),
    ...title,
    contextTokens: config.max_position_embeddings,
    files: await Promise.all(paths.map(async (path) => fileOf(path, await readFile(join(folder, path))))),
  })
}

/** What a token of context costs this model. */
export async function cacheShapeOfFolder(folder: string): Promise<CacheShape> {
  const config = await readConfig(folder, CacheSchema)
  return { layers: config.num_hidden_layers, keyValueHeads: config.num_key_value_heads, headDimension: config.head_dim }
}

async function readConfig<T>(folder: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  return v.parse(schema, JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')))
}

/** Relative paths of a model's files with `/`, sorted by code unit, as the manifest's schema demands. */
export async function modelPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((path) => !NOT_MODEL_FILES.has(path))
    .toSorted((a, b) => (a < b ? -1 : 1))
}

export function fileOf(path: string, bytes: Uint8Array): ManifestFile {
  const chunks: string[] = []
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    chunks.push(
      createHash('sha256')
        .update(bytes.subarray(start, start + CHUNK_BYTES))
        .digest('hex'),
    )
  }
  return { path, bytes: bytes.length, chunks }
}
