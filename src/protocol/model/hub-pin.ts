import * as v from 'valibot'
import { bytesToHex, taggedHash } from '../hash.ts'
import { CHUNK_BYTES, MAX_MANIFEST_FILES, MAX_PROMPT_TOKENS } from '../limits.ts'
import { encodeCbor } from '../wire/codec.ts'
import { count, Hex32 } from '../wire/schemas.ts'
import { MAX_FILE_BYTES, type ModelManifest, ModelManifestSchema, ModelPath } from './manifest.ts'

/** How the weights are written: part of the file's name on a hub (`onnx/model_q4f16.onnx`). */
export const PRECISIONS = ['q4f16', 'q4', 'q8', 'fp16', 'fp32'] as const

export type Precision = (typeof PRECISIONS)[number]

/** What one token of context costs: keys and values of every layer. From `config.json`. */
const CacheShapeSchema = v.strictObject({
  layers: v.pipe(count(256), v.minValue(1)),
  keyValueHeads: v.pipe(count(1_024), v.minValue(1)),
  headDimension: v.pipe(count(1_024), v.minValue(1)),
})

export type CacheShape = v.InferOutput<typeof CacheShapeSchema>

const Hex20 = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))

/**
 * One hash for the whole file, which is all that a hub publishes: SHA-256 for what Git LFS keeps, else the SHA-1 of the Git blob
 * (`blob <length>\0` and the bytes).
 */
const PinnedFileSchema = v.strictObject({
  path: ModelPath,
  bytes: v.pipe(count(MAX_FILE_BYTES), v.minValue(1)),
  hash: v.variant('kind', [
    v.strictObject({ kind: v.literal('sha256'), hex: Hex32 }),
    v.strictObject({ kind: v.literal('git-sha1'), hex: Hex20 }),
  ]),
})

export type PinnedFile = v.InferOutput<typeof PinnedFileSchema>

/** `owner/name`, as hubs allow it; it becomes part of an address. */
export const HubRepo = v.pipe(v.string(), v.maxLength(96), v.regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/))

/** A branch, a tag or a commit. */
export const HubRevision = v.pipe(v.string(), v.maxLength(128), v.regex(/^[A-Za-z0-9][\w.-]*$/))

/** One precision of a hub's model at one commit: every file that is fetched, each with its length and hash. Files by path. */
export const HubPinSchema = v.pipe(
  v.strictObject({
    version: v.literal(1),
    repo: HubRepo,
    /** A commit: branches move. */
    revision: Hex20,
    precision: v.picklist(PRECISIONS),
    /** As its card says; `unknown` where the card says nothing. */
    license: v.pipe(v.string(), v.regex(/^[A-Za-z0-9 .,+()-]{1,64}$/)),
    contextTokens: v.pipe(count(MAX_PROMPT_TOKENS), v.minValue(2)),
    cache: CacheShapeSchema,
    files: v.pipe(v.array(PinnedFileSchema), v.minLength(1), v.maxLength(MAX_MANIFEST_FILES)),
  }),
  v.check(
    (pin) => pin.files.every((f, i) => i === 0 || (pin.files[i - 1]?.path ?? '') < f.path),
    'files sorted by path',
  ),
)

export type HubPin = v.InferOutput<typeof HubPinSchema>

/** Names a pinned model before its root is known. Hex. Two pins that agree on the bytes have different ids if they hash them differently. */
export function pinIdOf(pin: HubPin): string {
  return bytesToHex(taggedHash('hub-pin', encodeCbor(pin)))
}

export function pinBytes(pin: HubPin): number {
  return pin.files.reduce((sum, file) => sum + file.bytes, 0)
}

/** `SmolLM2-135M-Instruct q8` */
export function pinName({ repo, precision }: HubPin): string {
  return `${repo.slice(repo.indexOf('/') + 1)} ${precision}`
}

/**
 * The manifest of a pinned model once its chunk digests are known, file by file. It says nothing that is not in the pin or in the
 * bytes, so that two devices which pinned the same commit, each for itself, end with the same root.
 */
export function manifestOfPin(pin: HubPin, chunks: readonly (readonly string[])[]): ModelManifest {
  return v.parse(ModelManifestSchema, {
    version: 1,
    id: `${pin.repo}@${pin.revision.slice(0, 12)}:${pin.precision}`.slice(-96),
    name: pinName(pin).slice(0, 96),
    license: pin.license,
    contextTokens: pin.contextTokens,
    files: pin.files.map(({ path, bytes }, i) => ({ path, bytes, chunks: chunks[i] ?? [] })),
  })
}

/** Chunks that a file of so many bytes is cut into. */
export function chunkCount(bytes: number): number {
  return Math.ceil(bytes / CHUNK_BYTES)
}
