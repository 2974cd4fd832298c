/**
 * The page's adapters, built for one participant. Loaded when somebody first contributes, asks or checks, so that the first screen
 * costs none of it; libp2p comes later still, with the first thing that needs a network.
 */
import { chosenModelRoot } from './chosen-model.ts'
import { createEngine } from './engine/engine.ts'
import { readPageConfig } from './page-config.ts'
import { createParticipant, type Participant } from './participant/participant.ts'
import type { LoadOptions } from './participant/ports.ts'
import { createClock } from './platform/clock.ts'
import { createLease } from './platform/lease.ts'
import { createLogger } from './platform/logger.ts'
import { createPauseSignals } from './platform/pause-signals.ts'
import { createRandom } from './platform/random.ts'
import { browserLocks, takeTabLock } from './platform/tab-lock.ts'
import { CodedError } from './protocol/errors.ts'
import { THRESHOLDS } from './protocol/evidence/thresholds.gen.ts'
import { thresholdsVersionOf } from './protocol/evidence/thresholds.ts'
import { startWorker } from './start-worker.ts'
import { openJournal } from './storage/journal.ts'
import { createMemoryMoneyBook, createMoneyBook } from './storage/money-book.ts'
import { openModelStore } from './storage/open-model-store.ts'
import { takePeerIdentity } from './storage/peer-identity.ts'
import { createMemoryStandingBook, createStandingBook } from './storage/standings.ts'
import type { Stores } from './stores/index.ts'
import { openSessionKey } from './wallet/session-key.ts'
import { createEphemeralSessionKey, verifySignature } from './wallet/session-key-webcrypto.ts'

export async function composeParticipant(stores: Stores, provider: LoadOptions['provider']): Promise<Participant> {
  const [models, journal, sessionKey] = await Promise.all([openModelStore(), openJournal(), openSessionKey()])
  const isKept = models.persistence === 'opfs' && journal.durable && sessionKey.persistent
  if (!isKept) stores.app.apply({ type: 'notice', notice: { kind: 'storage-unavailable' } })

  stores.app.apply({ type: 'thresholds', version: thresholdsVersionOf(THRESHOLDS) })
  const clock = createClock(() => startWorker('timer'))
  const random = createRandom()
  const logger = createLogger(clock)
  const engine = () => createEngine({ createWorker: () => startWorker('inference'), clock })

  return createParticipant(
    {
      servingEngine: engine(),
      checkingEngine: engine(),
      models,
      journal,
      standings: journal.durable ? createStandingBook() : createMemoryStandingBook(),
      moneyBook: journal.durable ? createMoneyBook() : createMemoryMoneyBook(),
      verifySignature,
      sessionKey,
      ephemeralKey: createEphemeralSessionKey,
      lease: createLease(),
      pauseSignals: createPauseSignals(),
      clock,
      random,
      logger,

      async openNetwork() {
        const [{ createLibp2pNetwork }, { createPeerIdentity }, { relay }] = await Promise.all([
          import('./network/libp2p-network.ts'),
          import('./network/peer-identity.ts'),
          readPageConfig(),
        ])
        const locks = browserLocks()
        const { privateKey, release } = await takePeerIdentity({
          generate: createPeerIdentity,
          reserve: (name) => (locks === null ? Promise.resolve(null) : takeTabLock(locks, name)),
        })
        const options = { relayMultiaddr: relay, identity: privateKey, clock, random, logger }
        const network = await createLibp2pNetwork(options).catch((error: unknown) => {
          release()
          throw error
        })
        // Peers notice a page that said goodbye in milliseconds; one that just vanished costs them a second.
        addEventListener('pagehide', () => void network.stop())
        return network
      },

      async openBeacon() {
        const [{ createDrandBeacon }, { beacon }] = await Promise.all([
          import('./beacon/drand-beacon.ts'),
          readPageConfig(),
        ])
        if (beacon === null) throw new CodedError(NO_BEACON)
        return createDrandBeacon({ url: new URL(beacon.url, location.href).href, chain: beacon.chain, clock })
      },

      async openChain() {
        // What speaks to chains is heavy, and many sites name none.
        if ((await readPageConfig()).chain === null) return null
        return await (await import('./compose-money.ts')).openChain()
      },

      onNetworkStatus(status) {
        stores.contribute.apply({ type: 'network', status })
        if (status.state === 'unreachable') stores.app.apply({ type: 'notice', notice: { kind: 'relay-unreachable' } })
        if (status.state === 'online') stores.app.apply({ type: 'resolved', kind: 'relay-unreachable' })
      },
    },
    { modelRoot: await chosenModelRoot(models), provider, thresholds: THRESHOLDS },
  )
}

const NO_BEACON = {
  code: 'beacon/unreachable',
  message: 'This site names no public source of chance, so nobody can be drawn to check answers.',
  nextStep: 'Nothing to do: answers are still checked on this device.',
} as const
