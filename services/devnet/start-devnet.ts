import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import type { BeaconService } from '../beacon/beacon-service.ts'
import { createBeacon } from '../beacon/create-beacon.ts'
import { mirrorBeacon } from '../beacon/mirror-beacon.ts'
import { openDoors } from '../chain/open-doors.ts'
import { type RunningChain, startChain } from '../chain/start-chain.ts'
import { systemClock } from '../chain/system-clock.ts'
import { createRelay } from '../relay/create-relay.ts'
import { BEACON_PATH, createPageServer } from './page-server.ts'

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
  /** A chain of this machine's own, with all contracts, and a sponsor and a faucet for it. Without it all work is free. */
  chain?: boolean
  /** Where the chain is kept; without it every run has a new one. */
  chainFolder?: string
}

export interface Devnet {
  readonly pageUrl: string
  readonly relayMultiaddr: string
  readonly relayHttpUrl: string
  /** Null: this one has none. */
  readonly chain: RunningChain | null
  stop(): Promise<void>
}

/** A relay, a beacon, perhaps a chain, and a page that knows them, on loopback: everything one laptop needs. */
export async function startDevnet(options: DevnetOptions): Promise<Devnet> {
  const { folder, pagePort = 0, relayPort = 0, relayIdentityPath, beacon: kind = 'own', beaconSecretPath } = options
  const started: { stop(): Promise<void> }[] = []
  const stop = async (): Promise<void> => void (await Promise.all(started.map((one) => one.stop())))
  try {
    // Every tab of a laptop comes from one address, so the relay's per-host cap is lifted to its total.
    const maxConnectionsPerHost = 256
    const relay = await createRelay({
      port: relayPort,
      maxConnectionsPerHost,
      ...(relayIdentityPath !== undefined && { identityPath: relayIdentityPath }),
    })
    started.push(relay)
    const beacon = await openBeacon(kind, beaconSecretPath)
    const chain = options.chain === true ? await openChain(options, beacon) : null
    if (chain !== null) started.push(chain)
    const opened = chain === null ? null : await openDoors(chain)
    const page = await createPageServer({
      folder,
      host: '127.0.0.1',
      port: pagePort,
      config: {
        relay: relay.multiaddr,
        beacon: { url: BEACON_PATH, chain: beacon.chain },
        ...(opened !== null && { chain: opened.page }),
      },
      beacon,
      ...(opened !== null && { doors: opened.doors }),
    })
    started.push(page)
    return { pageUrl: page.url, relayMultiaddr: relay.multiaddr, relayHttpUrl: relay.httpUrl, chain, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Its contracts believe the beacon that draws here. */
function openChain({ chainFolder }: DevnetOptions, beacon: BeaconService): Promise<RunningChain> {
  return startChain({ beacon: beacon.chain, ...(chainFolder !== undefined && { folder: chainFolder }) })
}

async function openBeacon(kind: 'own' | 'quicknet', secretPath: string | undefined): Promise<BeaconService> {
  if (kind === 'quicknet') return mirrorBeacon({ url: QUICKNET_SERVER, chain: QUICKNET, clock: systemClock })
  return await createBeacon(secretPath === undefined ? {} : { secretPath })
}
