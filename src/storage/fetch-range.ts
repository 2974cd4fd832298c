import { downloadFailed, downloadTruncated, throwIfCancelled } from './model-errors.ts'

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
}

/**
 * The bytes [start, end) of a file, as they arrive; exactly so many, whatever else the server sends. A server that ignores `Range`
 * (RFC 9110 §14.2 allows it) costs the bytes before `start`, nothing else.
 * Errors: `model/download-failed`, `model/truncated`, `model/cancelled`.
 */
export async function* fetchRange(fetch: Fetch, range: FileRange, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const response = await request(fetch, range, signal)
  if (response.body === null) throw downloadTruncated(range.path, range.start, range.totalBytes)
  let position = response.status === 206 ? range.start : 0
  const reader = response.body.getReader()
  try {
    while (position < range.end) {
      const piece = await nextPiece(reader, range, position, signal)
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

async function request(fetch: Fetch, range: FileRange, signal: AbortSignal | undefined): Promise<Response> {
  throwIfCancelled(signal)
  const whole = range.start === 0 && range.end === range.totalBytes
  let response: Response
  try {
    response = await fetch(range.url, {
      // The chunks are kept in our own store: a second copy in the HTTP cache would double the disk they take.
      cache: 'no-store',
      headers: whole ? {} : { Range: `bytes=${range.start}-${range.end - 1}` },
      signal: signal ?? null,
    })
  } catch (error) {
    throwIfCancelled(signal)
    throw downloadFailed(range.path, 'the server could not be reached', error)
  }
  const wrongPart =
    response.status === 206 && response.headers.get('Content-Range')?.startsWith(`bytes ${range.start}-`) !== true
  if (response.ok && !wrongPart) return response
  await response.body?.cancel()
  throw downloadFailed(
    range.path,
    wrongPart ? 'the server sent another part of it' : `the server answered ${response.status}`,
  )
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
