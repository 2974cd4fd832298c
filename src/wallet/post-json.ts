import type { Clock } from '../participant/ports.ts'

export type PostAnswer =
  | { state: 'json'; json: unknown }
  /** Too long, or no JSON. */
  | { state: 'malformed'; cause: unknown }
  | { state: 'unreachable'; cause: unknown }

export interface PostOptions {
  fetch: typeof globalThis.fetch
  clock: Pick<Clock, 'after'>
  maxAnswerBytes: number
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** One JSON document to a server that is not trusted, and one back. Rejects only with the reason of `signal`. */
export async function postJson(url: string, body: unknown, options: PostOptions): Promise<PostAnswer> {
  const { fetch, clock, maxAnswerBytes, timeoutMs, signal } = options
  signal?.throwIfAborted()
  const deadline = new AbortController()
  const giveUp = (): void => deadline.abort(signal?.reason)
  signal?.addEventListener('abort', giveUp)
  const stopTimer = clock.after(timeoutMs, () => deadline.abort(new Error('the server took too long')))
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: deadline.signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
    })
    const text = await readCapped(response, maxAnswerBytes)
    if (text === null) return { state: 'malformed', cause: new Error(`more than ${maxAnswerBytes} bytes`) }
    return parse(text)
  } catch (cause) {
    signal?.throwIfAborted()
    return { state: 'unreachable', cause }
  } finally {
    deadline.abort()
    stopTimer()
    signal?.removeEventListener('abort', giveUp)
  }
}

function parse(text: string): PostAnswer {
  try {
    return { state: 'json', json: JSON.parse(text) }
  } catch (cause) {
    return { state: 'malformed', cause }
  }
}

/** Null when the body is longer than the cap, of which not much more is read. */
async function readCapped(response: Response, maxBytes: number): Promise<string | null> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > maxBytes) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
