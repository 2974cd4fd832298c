import { cleanup } from 'node-datachannel'
import { createRelay, type Relay, type RelayOptions } from '../../services/relay/create-relay.ts'
import { createLibp2pNetwork } from '../../src/network/libp2p-network.ts'
import type { Network } from '../../src/participant/ports.ts'
import { createFakeClock, type FakeClock } from '../doubles/fake-clock.ts'
import { nodeRtcConfiguration } from '../doubles/node-webrtc.ts'
import { createSeededRandom } from '../doubles/seeded-random.ts'

export interface NetworkWorld {
  readonly relay: Relay
  readonly relayClock: FakeClock
  /** A participant of this relay, not started; with a clock of its own. */
  join(options?: { relayMultiaddr?: string; identity?: Uint8Array }): Promise<{ network: Network; clock: FakeClock }>
  /** Stops everybody who joined, and the relay. */
  stop(): Promise<void>
}

/** A real relay on a free port, and participants in this process that reach each other over WebRTC. */
export async function createNetworkWorld(options: RelayOptions = {}): Promise<NetworkWorld> {
  const relayClock = createFakeClock()
  const relay = await createRelay({ clock: relayClock, ...options })
  const networks: Network[] = []
  return {
    relay,
    relayClock,
    async join({ relayMultiaddr = relay.multiaddr, identity } = {}) {
      const clock = createFakeClock()
      const network = await createLibp2pNetwork({
        relayMultiaddr,
        clock,
        random: createSeededRandom(networks.length),
        logger: { info() {}, warn() {} },
        rtcConfiguration: nodeRtcConfiguration,
        ...(identity === undefined ? {} : { identity }),
      })
      networks.push(network)
      return { network, clock }
    },
    async stop() {
      await Promise.all(networks.map((network) => network.stop()))
      await relay.stop()
    },
  }
}

/** node-datachannel's threads would keep the process alive: once, after the last test of a file. */
export function stopNodeWebRtc(): void {
  cleanup()
}
