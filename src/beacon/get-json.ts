import type { Clock } from '../participant/ports.ts'

/** An honest answer has some 300 bytes; `/info` some 600. */
const MAX_ANSWER_BYTES = 4 * 1024

/** Longest wait for one answer of a server. Some hold the connection until the round exists; then we ask again. */
const REQUEST_TIMEOUT_MS = 5_000

export type Answer =
  | { state: 'json'; json: unknown }
  /** The server is there, and does not have it, or not yet. */
  | { state: 'absent' }
  | { state: 'malformed' }
  | { state: 'unreachable'; cause: unknown }

export interface GetJsonOptions {
  fetch: typeof globalThis.fetch
  clock: Pick<Clock, 'after'>
  signal?: AbortSignal | undefined
}

/** One small JSON document from a server that is not trusted. Rejects only with the reason of `signal`. */
export async function getJson(url: string, { fetch, clock, signal }: GetJsonOptions): Promise<Answer> {
  const deadline = new AbortController()
  const giveUp = (): void => deadline.abort(signal?.reason)
  signal?.addEventListener('abort', giveUp)
  const stopTimer = clock.after(REQUEST_TIMEOUT_MS, () => deadline.abort(new Error('the server took too long')))
  try {
    signal?.throwIfAborted()
    // Rounds never change, but a server's "not yet" does, and a cache might keep it.
    const response = await fetch(url, {
      signal: deadline.signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
    })
    // 425: too early, from some relays; 404 from the others.
    if (response.status === 404 || response.status === 425) return { state: 'absent' }
    if (!response.ok) return { state: 'unreachable', cause: new Error(`HTTP ${response.status}`) }
    return await parse(response)
  } catch (cause) {
    signal?.throwIfAborted()
    return { state: 'unreachable', cause }
  } finally {
    deadline.abort()
    stopTimer()
    signal?.removeEventListener('abort', giveUp)
  }
}

async function parse(response: Response): Promise<Answer> {
  const text = await readCapped(response)
  if (text === null) return { state: 'malformed' }
  try {
    return { state: 'json', json: JSON.parse(text) }
  } catch {
    return { state: 'malformed' }
  }
}

/** Null when the body is longer than the cap, of which not much more is read. */
async function readCapped(response: Response): Promise<string | null> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > MAX_ANSWER_BYTES) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
