import { concatBytes } from '../../../src/protocol/hash.ts'
import type { CatalogueModel } from '../../../src/protocol/model/catalogue.ts'
import { type ModelManifest, manifestBytes, modelRootOf } from '../../../src/protocol/model/manifest.ts'
import type { Fetch } from '../../../src/storage/fetch-range.ts'
import { fileOf } from '../../../tools/manifest/manifest-of-folder.ts'

/** Bytes that differ from chunk to chunk. */
export function patternBytes(length: number, salt: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 20) * 17 + salt) & 0xff)
}

export interface ServedModel {
  files: Map<string, Uint8Array<ArrayBuffer>>
  manifest: ModelManifest
  catalogue: CatalogueModel[]
  modelRoot: string
}

/** Two small files and one of three and a half chunks. */
const SAMPLE_FILES = new Map([
  ['config.json', new TextEncoder().encode('{"max_position_embeddings":512}')],
  ['onnx/model_q4.onnx', patternBytes(3.5 * 1_048_576, 5)],
  ['tokenizer.json', patternBytes(5_000, 9)],
])

export function sampleModel(files: Map<string, Uint8Array<ArrayBuffer>> = SAMPLE_FILES): ServedModel {
  const manifest: ModelManifest = {
    version: 1,
    id: 'sample',
    name: 'Sample',
    license: 'apache-2.0',
    contextTokens: 512,
    files: [...files].map(([path, bytes]) => fileOf(path, bytes)),
  }
  const modelRoot = modelRootOf(manifest)
  const totalBytes = manifestBytes(manifest)
  return {
    files,
    manifest,
    modelRoot,
    catalogue: [
      {
        id: 'sample',
        name: 'Sample',
        modelRoot,
        basePath: '/models/sample/',
        totalBytes,
        license: manifest.license,
        precision: 'q4',
        contextTokens: manifest.contextTokens,
        cache: { layers: 1, keyValueHeads: 1, headDimension: 8 },
      },
    ],
  }
}

export interface ModelServer {
  fetch: Fetch
  /** One line per request: path, and the range where one was asked for. */
  requests: string[]
}

export interface ModelServerOptions {
  /** Answers 200 with the whole file to every request. */
  ignoresRange?: boolean
  /** Never sends this file beyond so many bytes from its beginning: bodies end there as if that were all. */
  endsAfter?: { path: string; bytes: number }
  /** Breaks the connection instead of ending it. */
  breaks?: boolean
  /** Called before each piece of a body. */
  onPiece?: () => void
}

const PIECE_BYTES = 300_000

/** A static file server behind the `fetch` seam, with the habits of bad ones. */
export function createModelServer(model: ServedModel, options: ModelServerOptions = {}): ModelServer {
  const requests: string[] = []
  return {
    requests,
    async fetch(url, init) {
      init.signal?.throwIfAborted()
      const path = url.replace('/models/sample/', '')
      const range = new Headers(init.headers).get('Range')
      requests.push(range === null ? path : `${path} ${range}`)
      const whole =
        path === 'manifest.json' ? new TextEncoder().encode(JSON.stringify(model.manifest)) : model.files.get(path)
      if (whole === undefined) return new Response('not found', { status: 404 })
      const bounds = options.ignoresRange === true ? null : /^bytes=(\d+)-(\d+)$/.exec(range ?? '')
      const [start, end] = bounds === null ? [0, whole.length] : [Number(bounds[1]), Number(bounds[2]) + 1]
      const endsEarly = options.endsAfter?.path === path
      const limit = endsEarly ? (options.endsAfter?.bytes ?? 0) : whole.length
      const body = bodyOf(
        whole.subarray(start, Math.max(start, Math.min(end, limit))),
        { ...options, breaks: endsEarly && options.breaks === true },
        init.signal ?? null,
      )
      return bounds === null
        ? new Response(body)
        : new Response(body, { status: 206, headers: { 'Content-Range': `bytes ${start}-${end - 1}/${whole.length}` } })
    },
  }
}

function bodyOf(
  bytes: Uint8Array,
  options: ModelServerOptions,
  signal: AbortSignal | null,
): ReadableStream<Uint8Array> {
  let position = 0
  return new ReadableStream(
    {
      pull(controller) {
        if (position >= bytes.length) {
          if (options.breaks === true) controller.error(new TypeError('network error'))
          else controller.close()
          return
        }
        options.onPiece?.()
        if (signal?.aborted === true) {
          controller.error(signal.reason)
          return
        }
        controller.enqueue(concatBytes(bytes.subarray(position, position + PIECE_BYTES)))
        position += PIECE_BYTES
      },
    },
    { highWaterMark: 0 },
  )
}
