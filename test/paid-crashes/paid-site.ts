import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sirv from 'sirv'
import { build } from 'vite'

/** The page of `page/`, built, on loopback. */
export interface PaidSite {
  readonly address: string
  stop(): Promise<void>
}

export async function startPaidSite(): Promise<PaidSite> {
  const folder = await mkdtemp(join(tmpdir(), 'locus-paid-crashes-'))
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
  })
  const server = createServer(sirv(folder))
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
