import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import sirv from 'sirv'
import { securityHeaders } from './security-headers.ts'

export interface PageServerOptions {
  /** Folder of the built page. */
  folder: string
  host: string
  /** 0 lets the system choose. */
  port: number
  /** What `/locus.json` says: where this page finds its relay. */
  config: { relay: string }
}

export interface PageServer {
  readonly url: string
  stop(): Promise<void>
}

/** Serves the built page, hashed assets for ever and the rest never from cache. Errors: the system's when the port is taken. */
export async function createPageServer({ folder, host, port, config }: PageServerOptions): Promise<PageServer> {
  const headers = Object.entries(securityHeaders(originOf(config.relay)))
  const setHeaders = (response: ServerResponse, pathname: string): void => {
    for (const [name, value] of headers) response.setHeader(name, value)
    const isHashed = pathname.startsWith('/assets/')
    response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  }
  const files = sirv(folder, { dev: false, etag: true, setHeaders })
  const server = createServer((request, response) => {
    if (request.url === '/locus.json') {
      setHeaders(response, '/locus.json')
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(config))
      return
    }
    files(request, response, () => {
      setHeaders(response, '')
      response.statusCode = 404
      response.end('Not found')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: actualPort } = server.address() as AddressInfo
  return {
    url: `http://${host}:${actualPort}/`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The WebSocket origin of a relay's multiaddr. */
function originOf(relay: string): string {
  const components = multiaddr(relay).getComponents()
  const host = components.find(({ name }) => ['ip4', 'ip6', 'dns', 'dns4', 'dns6'].includes(name))
  const port = components.find(({ name }) => name === 'tcp')
  const isSecure = components.some(({ name }) => name === 'wss' || name === 'tls')
  const name = host?.name === 'ip6' ? `[${host.value ?? ''}]` : (host?.value ?? '')
  return `${isSecure ? 'wss' : 'ws'}://${name}:${port?.value ?? ''}`
}
