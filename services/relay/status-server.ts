import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HTTP_TIMEOUT_MS, MAX_HTTP_CONNECTIONS } from './relay-limits.ts'

export interface StatusServerOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  health: () => object
  metrics: { contentType: string; text: () => Promise<string> }
}

export interface StatusServer {
  /** `http://127.0.0.1:4502`, without a slash at the end. */
  readonly url: string
  stop(): Promise<void>
}

/** `GET /health` (JSON) and `GET /metrics` (Prometheus), for the operator; not for the public. */
export async function createStatusServer({ host, port, health, metrics }: StatusServerOptions): Promise<StatusServer> {
  const server = createServer(
    { requestTimeout: HTTP_TIMEOUT_MS, headersTimeout: HTTP_TIMEOUT_MS },
    (request, response) => {
      answer(request.method, request.url, { health, metrics }).then(
        ({ status, type, body }) => {
          response.writeHead(status, {
            'content-type': type,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          })
          response.end(body)
        },
        () => response.writeHead(500).end(),
      )
    },
  )
  server.maxConnections = MAX_HTTP_CONNECTIONS
  await listen(server, host, port)
  const { address, family, port: actualPort } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actualPort}`,
    stop: () => close(server),
  }
}

interface Answer {
  status: number
  type: string
  body: string
}

async function answer(
  method: string | undefined,
  url: string | undefined,
  { health, metrics }: Pick<StatusServerOptions, 'health' | 'metrics'>,
): Promise<Answer> {
  if (method !== 'GET') return { status: 405, type: 'text/plain', body: 'GET only\n' }
  switch (url) {
    case '/health':
      return { status: 200, type: 'application/json', body: `${JSON.stringify(health())}\n` }
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.text() }
    default:
      return { status: 404, type: 'text/plain', body: 'There is /health and /metrics.\n' }
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)))
    server.closeAllConnections()
  })
}
