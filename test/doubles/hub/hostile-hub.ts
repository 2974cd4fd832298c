import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HubRepository, isInLfs, lfsPointerOf, listingOf } from './hub-repository.ts'

/** What this hub does wrong at the moment. All of it may change between two requests. */
export interface HubHabits {
  /** Without it other origins' pages may not read what is sent. */
  cors: boolean
  /** Whether other origins' pages see `Content-Range` and `Retry-After`. */
  exposesHeaders: boolean
  ignoresRange: boolean
  /** Sends the note that stands for a large file in Git instead of the file. */
  sendsPointers: boolean
  /** Each response with a file's bytes takes the first of these, and its connection is cut after so many bytes. */
  cuts: number[]
  /** This byte of this file has one bit flipped whenever it is sent. */
  flips: { path: string; at: number } | null
  /** So many requests for files are answered 429, with this `Retry-After`. */
  limits: { times: number; retryAfter: string | null }
  /** How often a signed address of the content network is answered before it has run out. */
  signatureUses: number
  /** Sends no faster than this. */
  bytesPerSecond: number | null
}

export interface HostileHub {
  readonly origin: string
  /** Where redirects lead: another port is another origin. */
  readonly cdnOrigin: string
  habits: HubHabits
  /** One line per request: `hub|cdn path [range]`. */
  readonly requests: string[]
  stop(): Promise<void>
}

export const GOOD_HABITS: HubHabits = {
  cors: true,
  exposesHeaders: true,
  ignoresRange: false,
  sendsPointers: false,
  cuts: [],
  flips: null,
  limits: { times: 0, retryAfter: null },
  signatureUses: Number.MAX_SAFE_INTEGER,
  bytesPerSecond: null,
}

const PIECE_BYTES = 64 * 1024

/** A hub as models' pages meet it: an API, files under `/resolve/`, large ones by redirect to a content network of another origin. */
export async function createHostileHub(repositories: readonly HubRepository[]): Promise<HostileHub> {
  const requests: string[] = []
  const uses: number[] = []
  const cdn = await listen((request, response) => serveCdn(request, response))
  const hub = await listen((request, response) => serveHub(request, response))

  const self: HostileHub = {
    origin: hub.origin,
    cdnOrigin: cdn.origin,
    habits: structuredClone(GOOD_HABITS),
    requests,
    async stop() {
      await Promise.all([hub.stop(), cdn.stop()])
    },
  }

  function begin(name: string, request: IncomingMessage, response: ServerResponse): string | null {
    const { cors, exposesHeaders } = self.habits
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''))
    requests.push([name, path, request.headers.range].filter((word) => word !== undefined).join(' '))
    if (cors) response.setHeader('Access-Control-Allow-Origin', '*')
    if (exposesHeaders) response.setHeader('Access-Control-Expose-Headers', 'Content-Range, Retry-After')
    if (request.method !== 'OPTIONS') return path
    response.setHeader('Access-Control-Allow-Headers', 'Range')
    response.writeHead(204).end()
    return null
  }

  function serveHub(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/habits') {
      takeHabits(request, response)
      return
    }
    const path = begin('hub', request, response)
    if (path === null) return
    for (const repository of repositories) {
      const { repo, revision, files } = repository
      if (path === `/api/models/${repo}/revision/main` || path === `/api/models/${repo}/revision/${revision}`) {
        response.setHeader('Content-Type', 'application/json')
        response.end(JSON.stringify(listingOf(repository)))
        return
      }
      const prefix = `/${repo}/resolve/${revision}/`
      const bytes = path.startsWith(prefix) ? files.get(path.slice(prefix.length)) : undefined
      if (bytes === undefined) continue
      if (isLimited(response)) return
      if (isInLfs(bytes) && !self.habits.sendsPointers) {
        uses.push(0)
        response.writeHead(302, { Location: `${cdn.origin}${path}?signature=${uses.length - 1}` }).end()
      } else {
        send(request, response, path.slice(prefix.length), isInLfs(bytes) ? lfsPointerOf(bytes) : bytes)
      }
      return
    }
    response.writeHead(path.startsWith('/api/') ? 401 : 404).end()
  }

  function serveCdn(request: IncomingMessage, response: ServerResponse): void {
    const path = begin('cdn', request, response)
    if (path === null) return
    const signature = Number(new URL(request.url ?? '', cdn.origin).searchParams.get('signature'))
    uses[signature] = (uses[signature] ?? Infinity) + 1
    if ((uses[signature] ?? Infinity) > self.habits.signatureUses) {
      response.writeHead(403).end()
      return
    }
    if (isLimited(response)) return
    for (const { repo, revision, files } of repositories) {
      const prefix = `/${repo}/resolve/${revision}/`
      const bytes = path.startsWith(prefix) ? files.get(path.slice(prefix.length)) : undefined
      if (bytes === undefined) continue
      send(request, response, path.slice(prefix.length), bytes)
      return
    }
    response.writeHead(404).end()
  }

  /** A test in a page cannot reach into this process. */
  function takeHabits(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Methods', 'PUT')
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    let body = ''
    request.on('data', (piece: Buffer) => {
      body += piece.toString()
    })
    request.on('end', () => {
      self.habits = { ...structuredClone(GOOD_HABITS), ...JSON.parse(body) }
      response.writeHead(204).end()
    })
  }

  function isLimited(response: ServerResponse): boolean {
    const { limits } = self.habits
    if (limits.times === 0) return false
    limits.times -= 1
    if (limits.retryAfter !== null) response.setHeader('Retry-After', limits.retryAfter)
    response.writeHead(429).end()
    return true
  }

  function send(request: IncomingMessage, response: ServerResponse, path: string, whole: Uint8Array): void {
    const { ignoresRange, flips } = self.habits
    const bounds = ignoresRange ? null : /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    const [start, end] =
      bounds === null ? [0, whole.length] : [Number(bounds[1]), Math.min(Number(bounds[2]) + 1, whole.length)]
    if (start >= whole.length) {
      response.writeHead(416).end()
      return
    }
    const bytes = whole.slice(start, end)
    if (flips?.path === path && flips.at >= start && flips.at < end) {
      bytes[flips.at - start] = (bytes[flips.at - start] ?? 0) ^ 0b100
    }
    response.setHeader('Content-Length', bytes.length)
    if (bounds !== null) response.setHeader('Content-Range', `bytes ${start}-${end - 1}/${whole.length}`)
    response.writeHead(bounds === null ? 200 : 206)
    if (request.method === 'HEAD') response.end()
    else stream(response, bytes, self.habits.cuts.shift() ?? Infinity)
  }

  function stream(response: ServerResponse, bytes: Uint8Array, cutAfter: number): void {
    let at = 0
    function next(): void {
      if (response.destroyed) return
      if (at >= cutAfter) {
        // The half of a piece that is in the socket's buffer may or may not arrive, as with any cut line.
        response.destroy()
        return
      }
      if (at >= bytes.length) {
        response.end()
        return
      }
      const piece = bytes.subarray(at, Math.min(at + PIECE_BYTES, cutAfter))
      at += piece.length
      const { bytesPerSecond } = self.habits
      response.write(piece, () => {
        if (bytesPerSecond === null) setImmediate(next)
        else setTimeout(next, (piece.length / bytesPerSecond) * 1_000)
      })
    }
    next()
  }

  return self
}

async function listen(
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ origin: string; stop: () => Promise<void> }> {
  const server: Server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
