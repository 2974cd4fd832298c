import type { AskEvent, AskState, ContributeEvent, ContributeState } from '../../../src/participant/events.ts'
import { createEvidenceShelf } from '../../../src/participant/evidence-shelf.ts'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import { createOfferBook, type OfferBook } from '../../../src/participant/offer-book.ts'
import type { Beacon, Engine, Journal, Network, PeerStream, SessionKey } from '../../../src/participant/ports.ts'
import { createProvider, type ProvidePorts, type Provider } from '../../../src/participant/provide.ts'
import { type AskOptions, type AskPorts, ask } from '../../../src/participant/request.ts'
import { serveEvidence } from '../../../src/participant/serve-evidence.ts'
import { createVerifier, type Verifier } from '../../../src/participant/verifier.ts'
import type { ThresholdTable } from '../../../src/protocol/evidence/thresholds.ts'
import type { JournalRecord } from '../../../src/protocol/wire/journal.ts'
import { encodeOffer, type Offer, offerDigest } from '../../../src/protocol/wire/offer.ts'
import type { RootKind } from '../../../src/protocol/wire/root-announcement.ts'
import { createMemoryStandingBook } from '../../../src/storage/standings.ts'
import { createFakeClock, type FakeClock } from '../../doubles/fake-clock.ts'
import { createManualPauseSignals } from '../../doubles/manual-pause-signals.ts'
import { createMemoryJournal } from '../../doubles/memory-journal.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createMemoryHub, type MemoryHub } from '../../doubles/memory-network.ts'
import { createRecordingLogger } from '../../doubles/recording-logger.ts'
import { createScriptedBeacon } from '../../doubles/scripted-beacon.ts'
import { createScriptedEngine, type ScriptedEngineOptions, scriptedCell } from '../../doubles/scripted-engine.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { createSingleLease } from '../../doubles/single-lease.ts'
import { freeMoney } from '../../doubles/vouchers.ts'

/** Everything in a town is promises and one fake clock, so one turn of the event loop brings it to rest. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

const NO_THRESHOLDS: ThresholdTable = { version: 1, pairs: [] }

const atOnce = async (): Promise<void> => {}

export const GREEDY_96: Pick<AskOptions, 'prompt' | 'sampler' | 'maxTokens' | 'payment'> = {
  prompt: 'Once upon a time',
  sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
  maxTokens: 96,
  payment: null,
}

export interface ContributorOptions {
  script?: Partial<ScriptedEngineOptions>
  /** Turns an honest contributor into a liar: what it computes with, and what it sends. */
  corruptEngine?: (honest: Engine) => Engine
  corruptNetwork?: (honest: Network) => Network
  /** What it judges others' answers with; its own engine unless told. */
  checksWith?: Partial<ScriptedEngineOptions>
  corruptCheck?: (honest: Engine) => Engine
  /** Turns an honest verifier into a liar or a shirker. */
  corruptVerifier?: (honest: Verifier) => Verifier
  ports?: Partial<ProvidePorts>
}

export interface Contributor {
  readonly network: Network
  readonly provider: Provider
  /** Its session key's public half. */
  readonly key: Uint8Array
  /** What it would announce roots over. */
  readonly signed: { kind: RootKind; hash: Uint8Array }[]
  readonly events: ContributeEvent[]
  /** Names of the states so far, without repetitions in a row. */
  states(): string[]
  last(): ContributeState
  readonly journal: Journal
  readonly pauseSignals: ReturnType<typeof createManualPauseSignals>
  readonly lease: ReturnType<typeof createSingleLease>
  readonly logger: ReturnType<typeof createRecordingLogger>
}

export interface Asker {
  readonly network: Network
  readonly offers: OfferBook
  readonly events: AskEvent[]
  states(): string[]
  last(): AskState
  text(): string
  rejected(): { peerId: string; code: string }[]
  records(): Promise<JournalRecord[]>
  stop(): void
  readonly done: Promise<void>
}

export interface Town {
  readonly clock: FakeClock
  readonly hub: MemoryHub
  /** Pass it to `ask` to have answers audited. */
  readonly beacon: Beacon
  readonly modelRoot: string
  /** A contributor that has not been started. */
  contributor(peerId: string, options?: ContributorOptions): Contributor
  /** A contributor that is ready, or has come as far as it can. */
  contribute(peerId: string, options?: ContributorOptions): Promise<Contributor>
  /** A peer that offers the model and answers jobs with whatever the test writes. */
  stranger(peerId: string, onJob: (stream: PeerStream) => Promise<void>): Promise<{ key: SessionKey; jobs(): number }>
  /** One question of a requester of its own. */
  ask(options?: Partial<AskOptions>, ports?: Partial<AskPorts>, stop?: AbortController): Promise<Asker>
}

export function createTown(): Town {
  const clock = createFakeClock()
  const hub = createMemoryHub({ clock })
  const beacon = createScriptedBeacon({ clock })
  const { modelRoot } = createTinyModelStore()
  let seeds = 0
  /** Renews an offer at once, for requesters that came later. */
  const renewals: (() => Promise<void>)[] = []

  const town: Town = {
    clock,
    hub,
    beacon,
    modelRoot,

    contributor(peerId, options = {}) {
      const seed = ++seeds
      const honest = createScriptedEngine({ modelRoot, ...options.script })
      const engine = options.corruptEngine?.(honest) ?? honest
      const joined = hub.join(peerId)
      const network = options.corruptNetwork?.(joined) ?? joined
      const events: ContributeEvent[] = []
      const pauseSignals = createManualPauseSignals()
      const lease = createSingleLease()
      const logger = createRecordingLogger()
      const signed: { kind: RootKind; hash: Uint8Array }[] = []
      const journal = createMemoryJournal()
      const sessionKey = createSeededSessionKey(seed)
      const random = createSeededRandom(seed)
      const honestCheck = createScriptedEngine({
        modelRoot,
        ...options.script,
        ...options.checksWith,
        beforeToken: atOnce,
      })
      const checking = options.corruptCheck?.(honestCheck) ?? honestCheck
      const verifier = createVerifier({
        engine: checking,
        access: createModelAccess({ engine: checking, models: createTinyModelStore() }, modelRoot),
        thresholds: NO_THRESHOLDS,
        openBeacon: async () => beacon,
        pauseSignals,
        journal,
        sessionKey,
        clock,
        random,
        modelRoot,
      })
      const ports: ProvidePorts = {
        engine,
        access: createModelAccess({ engine, models: createTinyModelStore() }, modelRoot),
        verifier: options.corruptVerifier?.(verifier) ?? verifier,
        roots: { add: (kind, hash) => signed.push({ kind, hash }) },
        ...freeMoney(sessionKey, clock),
        journal,
        sessionKey,
        lease,
        pauseSignals,
        clock,
        random,
        logger,
        ...options.ports,
      }
      const goOnline = async (): Promise<Network> => {
        await network.start()
        return network
      }
      const provider = createProvider(ports, goOnline, 'auto', (event) => events.push(event))
      const states = (): ContributeState[] => events.flatMap((event) => (event.type === 'state' ? [event.state] : []))
      return {
        network,
        provider,
        key: sessionKey.publicKey,
        signed,
        events,
        states: () => withoutRepeats(states().map(({ state }) => state)),
        last: () => lastOf(states()),
        journal: ports.journal,
        pauseSignals,
        lease,
        logger,
      }
    },

    async contribute(peerId, options) {
      const contributor = town.contributor(peerId, options)
      await contributor.provider.start()
      await settle()
      return contributor
    },

    async stranger(peerId, onJob) {
      const key = createSeededSessionKey(++seeds)
      const network = hub.join(peerId)
      await network.start()
      let jobs = 0
      network.onStream('job', (stream) => {
        jobs++
        // A test's script breaks off when the requester hangs up on it.
        onJob(stream).catch(() => {})
      })
      const renew = async (): Promise<void> => {
        const offer: Offer = {
          version: 2,
          peerId,
          providerKey: key.publicKey,
          cell: scriptedCell(modelRoot),
          tokensPerSecond: 100,
          contextTokens: 512,
          busy: false,
          price: null,
          expiresAt: clock.now() + 60_000,
        }
        await network.publish('offers', encodeOffer(offer, await key.sign(offerDigest(offer))))
      }
      renewals.push(renew)
      await renew()
      return { key, jobs: () => jobs }
    },

    async ask(options = {}, changes = {}, stop = new AbortController()) {
      const seed = ++seeds
      const network = hub.join(`requester-${seed}`)
      const offers = createOfferBook(clock)
      network.onGossip('offers', (bytes, publisher) => offers.receive(bytes, publisher))
      const shelf = createEvidenceShelf(clock)
      network.onStream('evidence', (stream) => void serveEvidence({ shelf, clock }, stream))
      await network.start()
      for (const renew of renewals) await renew()
      // One round of the contributors' own renewals.
      await clock.run(2_000)
      const engine = createScriptedEngine({ modelRoot })
      const journal = createMemoryJournal()
      const events: AskEvent[] = []
      const ports: AskPorts = {
        engine,
        access: createModelAccess({ engine, models: createTinyModelStore() }, modelRoot),
        thresholds: NO_THRESHOLDS,
        network,
        offers,
        journal,
        standings: createMemoryStandingBook(),
        beacon: null,
        readStakes: async () => ({ state: 'none' }),
        openPayDesk: () => Promise.reject(new Error('this town knows no chain')),
        shelf,
        ephemeralKey: async () => createSeededSessionKey(900 + seed),
        sessionKey: createSeededSessionKey(seed),
        clock,
        random: createSeededRandom(seed),
        ...changes,
      }
      const done = ask(ports, { ...GREEDY_96, modelRoot, ...options }, (event) => events.push(event), stop.signal)
      await settle()
      const states = (): AskState[] => events.flatMap((event) => (event.type === 'state' ? [event.state] : []))
      return {
        network,
        offers,
        events,
        states: () => withoutRepeats(states().map(({ state }) => state)),
        last: () => lastOf(states()),
        text: () => lastOf(['', ...events.flatMap((event) => (event.type === 'text' ? [event.text] : []))]),
        rejected: () =>
          events.flatMap((event) =>
            event.type === 'rejected' ? [{ peerId: event.attempt.peerId, code: event.attempt.code }] : [],
          ),
        records: async () => (await ports.journal.list(100)).records.toReversed(),
        stop: () => stop.abort(),
        done,
      }
    },
  }
  return town
}

/** The accepted state, or a failure that says what was there instead. */
export function acceptedOf(asker: Asker): Extract<AskState, { state: 'accepted' }> {
  const last = asker.last()
  if (last.state !== 'accepted') throw new Error(`not accepted but ${JSON.stringify(last)}`)
  return last
}

export function lastOf<T>(values: T[]): T {
  const last = values.at(-1)
  if (last === undefined) throw new Error('nothing has happened yet')
  return last
}

function withoutRepeats(names: string[]): string[] {
  return names.filter((name, i) => name !== names[i - 1])
}
