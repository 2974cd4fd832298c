import { createBeacon } from '../beacon/create-beacon.ts'
import { createRelay } from '../relay/create-relay.ts'
import { BEACON_PATH, createPageServer } from './page-server.ts'

export interface DevnetOptions {
  /** Folder of the built page. */
  folder: string
  /** 0 lets the system choose. */
  pagePort?: number
  relayPort?: number
  /** Where the relay keeps its identity; without it the relay has a new one every time. */
  relayIdentityPath?: string
  /** Where the beacon keeps its secret; without it the beacon is a new one every time. */
  beaconSecretPath?: string
}

export interface Devnet {
  readonly pageUrl: string
  readonly relayMultiaddr: string
  readonly relayHttpUrl: string
  stop(): Promise<void>
}

/** A relay, a beacon and a page that knows both, on loopback: everything one laptop needs. */
export async function startDevnet({
  folder,
  pagePort = 0,
  relayPort = 0,
  relayIdentityPath,
  beaconSecretPath,
}: DevnetOptions): Promise<Devnet> {
  // Every tab of a laptop comes from one address, so the relay's per-host cap is lifted to its total.
  const maxConnectionsPerHost = 256
  const relay = await createRelay({
    port: relayPort,
    maxConnectionsPerHost,
    ...(relayIdentityPath !== undefined && { identityPath: relayIdentityPath }),
  })
  try {
    const beacon = await createBeacon(beaconSecretPath === undefined ? {} : { secretPath: beaconSecretPath })
    const page = await createPageServer({
      folder,
      host: '127.0.0.1',
      port: pagePort,
      config: { relay: relay.multiaddr, beacon: { url: BEACON_PATH, chain: beacon.chain } },
      beacon,
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
