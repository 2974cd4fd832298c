/** What came through a server, with its body within the door's cap. */
export interface DoorRequest {
  method: string | undefined
  contentType: string | undefined
  body: Uint8Array
  /** The network address of whoever asks. */
  caller: string
}

export interface DoorAnswer {
  status: 200 | 400 | 403 | 405 | 415 | 422 | 429 | 502
  /** JSON. */
  body: string
}

/** One address that a server mounts: JSON in by POST, JSON out. */
export interface Door {
  readonly maxRequestBytes: number
  /** Never rejects. */
  answer(request: DoorRequest): Promise<DoorAnswer>
}

/** What is asked, or why nobody listens. */
export type Reading = { json: unknown } | { refused: DoorAnswer }

/**
 * A page of another origin can send a POST here without asking the browser for leave, but not with this content type: so it must ask, and is
 * told no.
 */
export function readRequest({ method, contentType, body }: DoorRequest): Reading {
  if (method !== 'POST') return { refused: refusal(405, 'door/post-only', 'POST only.') }
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return { refused: refusal(415, 'door/json-only', 'The content type must be application/json.') }
  }
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    return { refused: refusal(400, 'door/malformed', 'This is not JSON.') }
  }
}

export function done(value: unknown): DoorAnswer {
  return { status: 200, body: JSON.stringify(value) }
}

export function refusal(status: DoorAnswer['status'], code: string, message: string): DoorAnswer {
  return { status, body: JSON.stringify({ error: { code, message } }) }
}
