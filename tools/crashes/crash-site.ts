import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sirv from 'sirv'
import { build } from 'vite'
import type { ModelManifest } from '../../src/protocol/model/manifest.ts'
import { createDecoderFixture } from '../fixtures/decoder-fixture.ts'
import { fileOf } from '../manifest/manifest-of-folder.ts'

/** Three segments after the prompt. */
const CONTEXT_TOKENS = 256

/** Tiny, since software WebGPU computes it; with a seed whose tokens vary and never hang on the last bit of a logit. */
const TINY = {
  family: 'llama',
  precision: 'fp32',
  positionIds: false,
  externalData: false,
  seed: 5,
  dimensions: { context: CONTEXT_TOKENS },
} as const

/** The page of `page/`, built, and a tiny model of random weights, on loopback. */
export interface CrashSite {
  readonly address: string
  stop(): Promise<void>
}

export async function startCrashSite(): Promise<CrashSite> {
  const folder = await mkdtemp(join(tmpdir(), 'locus-crashes-'))
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
  })
  const files = createDecoderFixture(TINY).files
  const manifest: ModelManifest = {
    version: 1,
    id: 'tiny',
    name: 'Tiny',
    license: 'none',
    contextTokens: CONTEXT_TOKENS,
    files: [...files].map(([path, bytes]) => fileOf(path, bytes)).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)))
  const pages = sirv(folder)
  const server = createServer((request, response) => {
    const model = /^\/model\/(.+)$/.exec(request.url ?? '')?.[1]
    if (model === undefined) return pages(request, response)
    const bytes = files.get(model)
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      await rm(folder, { recursive: true })
    },
  }
}
