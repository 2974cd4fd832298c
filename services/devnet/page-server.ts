import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import sirv from 'sirv'
import type { DrandChain } from '../../src/protocol/selection/beacon.ts'
import type { BeaconAnswer, BeaconService } from '../beacon/beacon-service.ts'
import { answerRequest, type RequestAnswer } from '../chain/answer-request.ts'
import type { Door } from '../chain/door.ts'
import type { ChainDoors } from '../chain/open-doors.ts'
import { securityHeaders } from './security-headers.ts'

/** Where the page server mounts a beacon of its own: on the page's origin, so that its policy need not name another one. */
export const BEACON_PATH = '/beacon'

export interface PageConfig {
  /** Multiaddr, with the relay's peer id. */
  relay: string
  /** `url`: relative to the page, or the base of another server's API, which the policy then lets the page reach. */
  beacon: { url: string; chain: DrandChain }
  /** Absent: all work is free here. */
  chain?: ChainDoors['page']
}

export interface PageServerOptions {
  /** Folder of the built page. */
  folder: string
  host: string
  /** 0 lets the system choose. */
  port: number
  /** What `/locus.json` says: where this page finds its relay and its beacon. */
  config: PageConfig
  /** Answers below BEACON_PATH; absent where another server does. */
  beacon?: Pick<BeaconService, 'answer'>
  /** What answers a POST, by path; absent where this page knows no chain. */
  doors?: Readonly<Record<string, Door>>
}

export interface PageServer {
  readonly url: string
  stop(): Promise<void>
}

/** Serves the built page, hashed assets for ever and the rest never from cache. Errors: the system's when the port is taken. */
export async function createPageServer(options: PageServerOptions): Promise<PageServer> {
  const { folder, host, port, config, beacon, doors = {} } = options
  const headers = Object.entries(securityHeaders([originOf(config.relay), ...foreignOrigin(config.beacon.url)]))
  const setHeaders = (response: ServerResponse, pathname: string): void => {
    for (const [name, value] of headers) response.setHeader(name, value)
    const isHashed = pathname.startsWith('/assets/')
    response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  }
  const send = (response: ServerResponse, { status, body }: BeaconAnswer | RequestAnswer): void => {
    setHeaders(response, '')
    response.statusCode = status
    response.setHeader('content-type', 'application/json')
    // Of a body that was too long the rest is not read.
    if (status === 413) response.setHeader('connection', 'close')
    response.end(body)
  }
  /** A stranger's name that was made to point here would make a stranger's page one of this origin. */
  const isOwnHost = (named: string | undefined): boolean => {
    const { port: bound } = server.address() as AddressInfo
    return named === `${host}:${bound}` || named === `localhost:${bound}`
  }
  const files = sirv(folder, { dev: false, etag: true, setHeaders })
  const server = createServer((request, response) => {
    if (request.url === '/locus.json') {
      setHeaders(response, '/locus.json')
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(config))
      return
    }
    if (beacon !== undefined && request.url?.startsWith(`${BEACON_PATH}/`) === true) {
      const answer = beacon.answer(request.method, request.url.slice(BEACON_PATH.length))
      void Promise.resolve(answer).then((one) => send(response, one))
      return
    }
    const door = Object.hasOwn(doors, request.url ?? '') ? doors[request.url ?? ''] : undefined
    if (door !== undefined) {
      if (!isOwnHost(request.headers.host)) {
        send(response, WRONG_HOST)
        return
      }
      void answerRequest(door, request).then((answer) => send(response, answer))
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

const WRONG_HOST = {
  status: 403,
  body: '{"error":{"code":"door/other-host","message":"This server has another name."}}',
} as const

/** The origin of an absolute address; none for one of the page's own. */
function foreignOrigin(url: string): string[] {
  return URL.canParse(url) ? [new URL(url).origin] : []
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
