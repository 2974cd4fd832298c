import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import type { PageJob } from './arms/arms-job.ts'
import type { Job } from './jobs.ts'
import type { CpuTime } from './process-cpu.ts'
import { transformersOnOurOrt } from './transformers-on-our-ort.ts'

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** The app's own, but for `blob:`, by which transformers.js starts ONNX Runtime. */
const POLICY =
  "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' blob:; object-src 'none'; base-uri 'none'"

const MAX_OUTCOME_BYTES = 16 * 1_048_576

const PACKAGES = join(import.meta.dirname, '../../node_modules')

/** ONNX Runtime builds that transformers.js is pointed to, so that no CDN is asked. */
const FOLDERS: Record<string, string> = {
  '/ort-shipped/': join(PACKAGES, '@huggingface/transformers/node_modules/onnxruntime-web/dist'),
  '/ort-ours/': join(PACKAGES, 'onnxruntime-web/dist'),
}

export interface PageOutcome<R> {
  result: R
  userAgent: string
}

/** The built benchmark page on loopback. */
export interface BenchSite {
  /** What is served lies here; models below `models/`. */
  readonly folder: string
  /** Parameters of each model that was opened, by name. */
  readonly models: Map<string, number>
  /** The page that does the job set last. */
  readonly address: string
  setJob(job: Job | PageJob): void
  /** Who tells a page its processor time; null when nobody can. */
  setCpuProbe(probe: (() => Promise<CpuTime | null>) | null): void
  /** The next outcome that a page posts; rejects with what went wrong in it, or when `signal` aborts. */
  outcome<R>(signal: AbortSignal): Promise<PageOutcome<R>>
  stop(): Promise<void>
}

export async function startBenchSite(): Promise<BenchSite> {
  const folder = await mkdtemp(join(tmpdir(), 'locus-bench-'))
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    publicDir: join(import.meta.dirname, '../../public'),
    logLevel: 'error',
    worker: { format: 'es', plugins: () => [transformersOnOurOrt()] },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  const outcomes: unknown[] = []
  let job: Job | PageJob | null = null
  let cpuProbe: (() => Promise<CpuTime | null>) | null = null
  let wake = (): void => undefined
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status, type, body }) => {
        const caching = /^\/(assets|ort-[a-z]+)\//.test(request.url ?? '') ? 'max-age=3600' : 'no-store'
        response.writeHead(status, {
          'content-type': type,
          'content-security-policy': POLICY,
          // A browser keeps compiled WebAssembly only of what it may keep at all.
          'cache-control': caching,
        })
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
    if (path === '/job') return { status: 200, type: 'application/json', body: JSON.stringify(job) }
    if (path === '/cpu') {
      return { status: 200, type: 'application/json', body: JSON.stringify((await cpuProbe?.()) ?? null) }
    }
    const file = path.endsWith('/') ? `${path}index.html` : path
    const body = await readFile(placeOf(folder, file))
    return { status: 200, type: MEDIA_TYPES[extname(file)] ?? 'application/octet-stream', body }
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    folder,
    models: new Map(),
    address: `http://127.0.0.1:${port}/`,
    setJob: (next) => {
      job = next
    },
    setCpuProbe: (probe) => {
      cpuProbe = probe
    },
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

function placeOf(folder: string, path: string): string {
  const mounted = Object.entries(FOLDERS).find(([prefix]) => path.startsWith(prefix))
  return mounted === undefined ? join(folder, path) : join(mounted[1], path.slice(mounted[0].length))
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
