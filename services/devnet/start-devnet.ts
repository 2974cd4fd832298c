import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import type { BeaconService } from '../beacon/beacon-service.ts'
import { createBeacon } from '../beacon/create-beacon.ts'
import { mirrorBeacon } from '../beacon/mirror-beacon.ts'
import { createRelay } from '../relay/create-relay.ts'
import { BEACON_PATH, createPageServer } from './page-server.ts'
import { systemClock } from './system-clock.ts'

/** The League of Entropy's own; its mirrors are as good, for none of them is trusted. */
const QUICKNET_SERVER = 'https://api.drand.sh'

export interface DevnetOptions {
  /** Folder of the built page. */
  folder: string
  /** 0 lets the system choose. */
  pagePort?: number
  relayPort?: number
  /** Where the relay keeps its identity; without it the relay has a new one every time. */
  relayIdentityPath?: string
  /** `own`: one that this machine operates, and could look ahead in. `quicknet`: the public one, handed on from its servers. */
  beacon?: 'own' | 'quicknet'
  /** Where the own beacon keeps its secret; without it the beacon is a new one every time. */
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
  beacon: kind = 'own',
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
    const beacon = await openBeacon(kind, beaconSecretPath)
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

async function openBeacon(kind: 'own' | 'quicknet', secretPath: string | undefined): Promise<BeaconService> {
  if (kind === 'quicknet') return mirrorBeacon({ url: QUICKNET_SERVER, chain: QUICKNET, clock: systemClock })
  return await createBeacon(secretPath === undefined ? {} : { secretPath })
}
