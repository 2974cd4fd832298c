import * as v from 'valibot'
import { merkleRoot } from '../evidence/merkle.ts'
import { bytesToHex, hexToBytes, taggedHash } from '../hash.ts'
import { CHUNK_BYTES, MAX_MANIFEST_FILES, MAX_PROMPT_TOKENS } from '../limits.ts'
import { encodeCbor } from '../wire/codec.ts'
import { count, Hex32, shortText } from '../wire/schemas.ts'

/** One file: the largest weights that a browser could ever hold are smaller. */
export const MAX_FILE_BYTES = 16 * 1024 ** 3

/** Relative to the model's folder, as on a hub: `onnx/model_q4.onnx`. Never leaves it. */
export const ModelPath = v.pipe(v.string(), v.maxLength(128), v.regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/))

const ManifestFileSchema = v.pipe(
  v.strictObject({
    path: ModelPath,
    bytes: count(MAX_FILE_BYTES),
    /** SHA-256 of every CHUNK_BYTES of the file; the last one may be short. */
    chunks: v.array(Hex32),
  }),
  v.check((file) => file.chunks.length === Math.ceil(file.bytes / CHUNK_BYTES), 'one digest per chunk'),
)

/** What a model is made of (protocol.md §1). Canonical order: files by path. */
export const ModelManifestSchema = v.pipe(
  v.strictObject({
    version: v.literal(1),
    id: shortText(96),
    name: shortText(96),
    license: shortText(64),
    contextTokens: count(MAX_PROMPT_TOKENS),
    files: v.pipe(v.array(ManifestFileSchema), v.minLength(1), v.maxLength(MAX_MANIFEST_FILES)),
  }),
  v.check((m) => m.files.every((f, i) => i === 0 || (m.files[i - 1]?.path ?? '') < f.path), 'files sorted by path'),
)

export type ModelManifest = v.InferOutput<typeof ModelManifestSchema>
export type ManifestFile = ModelManifest['files'][number]

/** Hex of the root that pins every byte of the model: hash of the manifest's canonical form and of the Merkle root of all its chunks. */
export function modelRootOf(manifest: ModelManifest): string {
  const leaves = manifest.files.flatMap((file) => file.chunks.map(hexToBytes))
  return bytesToHex(taggedHash('model', taggedHash('manifest', encodeCbor(manifest)), merkleRoot(leaves)))
}

export function manifestBytes(manifest: ModelManifest): number {
  return manifest.files.reduce((sum, file) => sum + file.bytes, 0)
}
