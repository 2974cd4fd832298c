import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import type { ExactnessResult, Job, SpeedResult } from './jobs.ts'

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** As strict as the app's own page. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'"

const MAX_OUTCOME_BYTES = 1_048_576

export interface PageOutcome<R> {
  result: R
  userAgent: string
}

/** The built benchmark page on loopback. */
export interface BenchSite {
  addressOf(job: Job): string
  /** The next outcome that a page posts; rejects with what went wrong in it, or when `signal` aborts. */
  outcome<R extends ExactnessResult | SpeedResult>(signal: AbortSignal): Promise<PageOutcome<R>>
  stop(): Promise<void>
}

export async function startBenchSite(): Promise<BenchSite> {
  const folder = await mkdtemp(join(tmpdir(), 'locus-bench-'))
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    publicDir: join(import.meta.dirname, '../../public'),
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  const outcomes: unknown[] = []
  let wake = (): void => undefined
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': POLICY })
        response.end(body)
      },
      () => response.writeHead(404).end(),
    )
  })

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status: number; type: string; body: Uint8Array | string }> {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname))
    if (request.method === 'POST' && path === '/outcome') {
      outcomes.push(JSON.parse(await textOf(request)))
      wake()
      return { status: 204, type: 'text/plain', body: '' }
    }
    const file = path.endsWith('/') ? `${path}index.html` : path
    const body = await readFile(join(folder, file))
    return { status: 200, type: MEDIA_TYPES[extname(file)] ?? 'application/octet-stream', body }
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    addressOf: (job) => `http://127.0.0.1:${port}/#${encodeURIComponent(JSON.stringify(job))}`,
    async outcome<R>(signal: AbortSignal) {
      while (outcomes.length === 0) {
        signal.throwIfAborted()
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      const posted = outcomes.shift() as PageOutcome<R> | { error: { code: string; message: string } }
      if ('error' in posted) throw new Error(`${posted.error.code}: ${posted.error.message}`)
      return posted
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      await rm(folder, { recursive: true })
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > MAX_OUTCOME_BYTES) throw new Error('an outcome is never this large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
