import { createRelay } from '../relay/create-relay.ts'
import { createPageServer } from './page-server.ts'

export interface DevnetOptions {
  /** Folder of the built page. */
  folder: string
  /** 0 lets the system choose. */
  pagePort?: number
  relayPort?: number
  /** Where the relay keeps its identity; without it the relay has a new one every time. */
  relayIdentityPath?: string
}

export interface Devnet {
  readonly pageUrl: string
  readonly relayMultiaddr: string
  readonly relayHttpUrl: string
  stop(): Promise<void>
}

/** A relay and a page that knows it, on loopback: everything one laptop needs. */
export async function startDevnet({
  folder,
  pagePort = 0,
  relayPort = 0,
  relayIdentityPath,
}: DevnetOptions): Promise<Devnet> {
  // Every tab of a laptop comes from one address, so the relay's per-host cap is lifted to its total.
  const maxConnectionsPerHost = 256
  const relay = await createRelay({
    port: relayPort,
    maxConnectionsPerHost,
    ...(relayIdentityPath !== undefined && { identityPath: relayIdentityPath }),
  })
  try {
    const page = await createPageServer({
      folder,
      host: '127.0.0.1',
      port: pagePort,
      config: { relay: relay.multiaddr },
    })
    return {
      pageUrl: page.url,
      relayMultiaddr: relay.multiaddr,
      relayHttpUrl: relay.httpUrl,
      async stop() {
        await Promise.all([page.stop(), relay.stop()])
      },
    }
  } catch (error) {
    await relay.stop()
    throw error
  }
}
