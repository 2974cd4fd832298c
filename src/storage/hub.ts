import { sha1 } from '@noble/hashes/legacy.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as v from 'valibot'
import { CodedError } from '../protocol/errors.ts'
import { bytesToHex, concatBytes, sha256 } from '../protocol/hash.ts'
import { MAX_PROMPT_TOKENS } from '../protocol/limits.ts'
import {
  type CacheShape,
  type HubPin,
  HubPinSchema,
  HubRepo,
  HubRevision,
  type PinnedFile,
  type Precision,
} from '../protocol/model/hub-pin.ts'
import { choosePrecision, type DeviceKind } from '../protocol/model/model-fit.ts'
import { type FetchPorts, request } from './fetch-range.ts'
import { filesFor, MAX_CONFIG_BYTES, offeredPrecisions } from './hub-files.ts'
import { readCapped } from './read-capped.ts'
import { fileCorrupt, notOnHub } from './transfer-errors.ts'

/** A repository's list of files: the longest of today's, with thousands of checkpoints, is about 2 MB. */
const MAX_LISTING_BYTES = 8 * 1024 * 1024

/** What the hub's API says of a commit (https://huggingface.co/docs/hub/api, `?blobs=true`). Fields that we do not use are let through. */
const ListingSchema = v.object({
  sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  cardData: v.nullish(v.object({ license: v.nullish(v.union([v.string(), v.array(v.string())])) })),
  siblings: v.array(
    v.object({
      rfilename: v.string(),
      size: v.optional(v.number()),
      blobId: v.optional(v.string()),
      lfs: v.nullish(v.object({ sha256: v.string(), size: v.number() })),
    }),
  ),
})

/** `config.json`; models that also see or hear describe their text part apart. */
const DecoderSchema = v.object({
  num_hidden_layers: v.number(),
  num_attention_heads: v.number(),
  num_key_value_heads: v.optional(v.number()),
  hidden_size: v.number(),
  head_dim: v.nullish(v.number()),
  max_position_embeddings: v.number(),
})

const ConfigSchema = v.union([
  DecoderSchema,
  v.pipe(
    v.object({ text_config: DecoderSchema }),
    v.transform((config) => config.text_config),
  ),
])

export interface HubOptions {
  /** Origin of the hub, without a slash at the end. */
  hub: string
  repo: string
  /** Branch, tag or commit; it is resolved to the commit. */
  revision: string
  /** Default: the one that suits `device` best. */
  precision?: Precision
  device: DeviceKind
}

/** Where a hub serves a file of a commit. */
export function hubFileUrl(hub: string, { repo, revision }: Pick<HubPin, 'repo' | 'revision'>, path: string): string {
  return `${hub}/${repo}/resolve/${revision}/${path}`
}

/**
 * Asks a hub what a model is made of, and pins it: the commit, and every file by length and hash. What the hub answers is believed
 * this once; whatever is fetched later has to be that.
 * Errors: `model/not-on-hub`, `model/file-too-large`, `model/file-corrupt`, `model/download-failed`, `model/rate-limited`, `model/cors`,
 * `model/cancelled`.
 */
export async function pinFromHub(ports: FetchPorts, options: HubOptions, signal?: AbortSignal): Promise<HubPin> {
  const { hub, repo } = options
  if (!v.safeParse(HubRepo, repo).success) throw notOnHub(repo.slice(0, 96), 'that is no name of a model')
  if (!v.safeParse(HubRevision, options.revision).success) throw notOnHub(repo, 'that is no name of a revision')

  const listing = await listingOf(ports, options, signal)
  const files = listing.siblings.flatMap((sibling) => pinnedFile(sibling) ?? [])
  const offered = offeredPrecisions(files)
  const precision = options.precision ?? choosePrecision(offered, options.device)
  if (offered.length === 0) throw notOnHub(repo, 'it has no ONNX files')
  if (precision === null) throw notOnHub(repo, 'none of its precisions runs on this device')
  const chosen = filesFor(files, precision)
  if (chosen === null) throw notOnHub(repo, `it lacks files that a text model in ${precision} needs`)

  const source = { repo, revision: listing.sha }
  const config = chosen.find((file) => file.path === 'config.json')
  const shape = config && (await readShape(ports, hubFileUrl(hub, source, config.path), config, signal))
  const pin = v.safeParse(HubPinSchema, {
    version: 1,
    ...source,
    precision,
    license: licenseOf(listing.cardData?.license),
    ...shape,
    files: chosen,
  })
  if (!pin.success) throw notOnHub(repo, 'its files are not those of a text model')
  return pin.output
}

async function listingOf(
  ports: FetchPorts,
  { hub, repo, revision }: HubOptions,
  signal: AbortSignal | undefined,
): Promise<v.InferOutput<typeof ListingSchema>> {
  const url = `${hub}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`
  const path = `list of ${repo}`
  const bytes = await request(ports, { url, path }, {}, signal)
    .then((response) => readCapped(response, path, MAX_LISTING_BYTES, signal))
    .catch((error: unknown) => {
      const status = CodedError.is(error, 'model/download-failed') ? error.details['status'] : undefined
      // A hub says 401 of what does not exist, so as not to tell what is private.
      if (status === 401 || status === 403 || status === 404) throw notOnHub(repo, 'the hub has no such public model')
      throw error
    })
  const parsed = v.safeParse(ListingSchema, decodeJson(bytes))
  if (!parsed.success) throw notOnHub(repo, 'the hub’s answer is not a list of files')
  return parsed.output
}

/** Null for what cannot be pinned, or could not be a model's file: it is as if it were not there. */
function pinnedFile(sibling: v.InferOutput<typeof ListingSchema>['siblings'][number]): PinnedFile | null {
  const { rfilename: path, size, blobId, lfs } = sibling
  if (lfs != null) return { path, bytes: lfs.size, hash: { kind: 'sha256', hex: lfs.sha256 } }
  if (size === undefined || blobId === undefined) return null
  return { path, bytes: size, hash: { kind: 'git-sha1', hex: blobId } }
}

async function readShape(
  ports: FetchPorts,
  url: string,
  file: PinnedFile,
  signal: AbortSignal | undefined,
): Promise<{ contextTokens: number; cache: CacheShape } | undefined> {
  const response = await request(ports, { url, path: file.path }, {}, signal)
  const bytes = await readCapped(response, file.path, MAX_CONFIG_BYTES, signal)
  if (bytes === null || !matchesPin(bytes, file)) throw fileCorrupt(file.path)
  const parsed = v.safeParse(ConfigSchema, decodeJson(bytes))
  if (!parsed.success) return undefined
  const c = parsed.output
  return {
    contextTokens: Math.min(c.max_position_embeddings, MAX_PROMPT_TOKENS),
    cache: {
      layers: c.num_hidden_layers,
      keyValueHeads: c.num_key_value_heads ?? c.num_attention_heads,
      headDimension: c.head_dim ?? c.hidden_size / c.num_attention_heads,
    },
  }
}

/** Whether a whole file is the one that was pinned. */
export function matchesPin(bytes: Uint8Array, { hash }: PinnedFile): boolean {
  const digest =
    hash.kind === 'sha256' ? sha256(bytes) : sha1(concatBytes(utf8ToBytes(`blob ${bytes.length}\0`), bytes))
  return bytesToHex(digest) === hash.hex
}

function licenseOf(license: string | string[] | null | undefined): string {
  const text = Array.isArray(license) ? license.join(', ') : (license ?? '')
  return /^[A-Za-z0-9 .,+()-]{1,64}$/.test(text) ? text : 'unknown'
}

function decodeJson(bytes: Uint8Array | null): unknown {
  try {
    return bytes === null ? null : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}
