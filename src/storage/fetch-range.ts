import { downloadFailed, downloadTruncated, throwIfCancelled } from './model-errors.ts'
import { retryAfterMs } from './retry-after.ts'
import { corsBlocked, rateLimited } from './transfer-errors.ts'

/** The part of `fetch` that the model store uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface FileRange {
  url: string
  /** As in the manifest; for messages. */
  path: string
  /** First byte wanted. */
  start: number
  /** First byte not wanted. */
  end: number
  /** Of the whole file. */
  totalBytes: number
  /** Reads on where a server ignores `Range`, at the price of the bytes before `start`; without it that throws `RangeIgnored`. */
  acceptWhole?: boolean
}

export interface FetchPorts {
  fetch: Fetch
  /** Unix milliseconds: a server may name the time when to come back. */
  now: () => number
  /** Called with every byte count that the network delivered, wanted or not, before more is read. */
  onArrived?: (bytes: number) => Promise<void>
}

/** The server sends the whole file whatever part is asked for: whoever wants many parts should ask once. */
export class RangeIgnored extends Error {
  override readonly name = 'RangeIgnored'
}

/** Nothing about this visitor goes with a request to another origin: no cookie, no address of this page. */
const PRIVATE_REQUEST = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const

/**
 * The bytes [start, end) of a file, as they arrive; exactly so many, whatever else the server sends. A server may ignore `Range`
 * (RFC 9110 §14.2).
 * Errors: `model/download-failed` (with `status` where there was an answer), `model/truncated`, `model/rate-limited`, `model/cors`,
 * `model/cancelled`.
 */
export async function* fetchRange(
  ports: FetchPorts,
  range: FileRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const whole = range.start === 0 && range.end === range.totalBytes
  const headers: Record<string, string> = whole ? {} : { Range: `bytes=${range.start}-${range.end - 1}` }
  const response = await request(ports, range, headers, signal)
  const isPart = response.status === 206
  // Absent where another origin does not let the page see it: then what the bytes hash to is what tells.
  const answered = response.headers.get('Content-Range')
  if (isPart && answered !== null && !answered.startsWith(`bytes ${range.start}-`)) {
    await response.body?.cancel()
    throw downloadFailed(range.path, 'the server sent another part of it', undefined, response.status)
  }
  if (!isPart && range.start > 0 && range.acceptWhole !== true) {
    await response.body?.cancel()
    throw new RangeIgnored()
  }
  if (response.body === null) throw downloadTruncated(range.path, range.start, range.totalBytes)
  let position = isPart ? range.start : 0
  const reader = response.body.getReader()
  try {
    while (position < range.end) {
      const piece = await nextPiece(reader, range, position, signal)
      await ports.onArrived?.(piece.length)
      const from = Math.max(0, range.start - position)
      const to = Math.min(piece.length, range.end - position)
      position += piece.length
      if (from < to) yield piece.subarray(from, to)
    }
  } finally {
    // Harmless at the end of the body; before it, this is what ends the transfer.
    await reader.cancel().catch(() => undefined)
  }
}

/** An answer with status 2xx. Errors: as `fetchRange`. */
export async function request(
  { fetch, now }: FetchPorts,
  { url, path }: Pick<FileRange, 'url' | 'path'>,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  throwIfCancelled(signal)
  // The chunks are kept in our own store: a second copy in the HTTP cache would double the disk they take.
  const init = { ...PRIVATE_REQUEST, cache: 'no-store', headers, signal: signal ?? null } as const
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (error) {
    throwIfCancelled(signal)
    if (await answersUnread(fetch, url, signal)) throw corsBlocked(path, error)
    throw downloadFailed(path, 'the server could not be reached', error)
  }
  if (response.ok) return response
  await response.body?.cancel()
  const waitMs = retryAfterMs(response.headers.get('Retry-After'), now())
  if (response.status === 429 || (response.status === 503 && waitMs !== null)) throw rateLimited(path, waitMs ?? 1_000)
  throw downloadFailed(path, `the server answered ${response.status}`, undefined, response.status)
}

/** A browser does not say why it kept an answer from the page. A request whose answer nobody reads tells: if it succeeds, it was CORS. */
async function answersUnread(fetch: Fetch, url: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (!/^https?:/.test(url)) return false
  try {
    const init = {
      ...PRIVATE_REQUEST,
      method: 'HEAD',
      mode: 'no-cors',
      cache: 'no-store',
      signal: signal ?? null,
    } as const
    return (await fetch(url, init)).type === 'opaque'
  } catch {
    return false
  }
}

async function nextPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  range: FileRange,
  position: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  let read: ReadableStreamReadResult<Uint8Array>
  try {
    read = await reader.read()
  } catch (error) {
    throwIfCancelled(signal)
    throw downloadTruncated(range.path, position, range.totalBytes, error)
  }
  throwIfCancelled(signal)
  if (read.done) throw downloadTruncated(range.path, position, range.totalBytes)
  return read.value
}
