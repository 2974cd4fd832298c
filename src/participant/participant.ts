import { attestationDigest } from '../protocol/audit/attestation.ts'
import type { HexBytes } from '../protocol/channel/chain-network.ts'
import { CodedError } from '../protocol/errors.ts'
import type { ThresholdTable } from '../protocol/evidence/thresholds.ts'
import { bytesToHex, hexToBytes } from '../protocol/hash.ts'
import { MAX_BUNDLE_BYTES } from '../protocol/limits.ts'
import { type Bundle, BundleSchema, bundleOutputIds } from '../protocol/receipt/bundle.ts'
import { bundleFromJson } from '../protocol/receipt/bundle-file.ts'
import { decodeCbor, encodeCbor } from '../protocol/wire/codec.ts'
import type { MessageVerdict } from '../protocol/wire/verdict.ts'
import { auditWorldOf } from './audit-world.ts'
import type { AskEvent, BundleCheckState, ContributeEvent } from './events.ts'
import { createEvidenceShelf } from './evidence-shelf.ts'
import { fetchEvidence } from './fetch-evidence.ts'
import { locusOf } from './locus.ts'
import { createModelAccess } from './model-access.ts'
import { createMoney, type MoneyPorts } from './money.ts'
import type { Earnings, SettleOutcome } from './money-events.ts'
import { createOfferBook } from './offer-book.ts'
import { attestOwnCheck, ownAttestationToJson } from './own-attestation.ts'
import type {
  Beacon,
  Clock,
  Engine,
  EngineInfo,
  Journal,
  Lease,
  LoadOptions,
  Logger,
  ModelStore,
  Network,
  NetworkStatus,
  PauseSignals,
  Random,
  SessionKey,
  StandingBook,
  Unsubscribe,
} from './ports.ts'
import { createProvider } from './provide.ts'
import { createRootPublisher, type RootPublisher } from './publish-roots.ts'
import { type AskOptions, ask } from './request.ts'
import { allProbes, reviewOf } from './review.ts'
import { createRootBook } from './root-book.ts'
import { serveEvidence } from './serve-evidence.ts'
import type { SettleChoices } from './settle.ts'
import { createStakeReader } from './stakes.ts'
import { createVerifier } from './verifier.ts'
import { checkBundle } from './verify.ts'

export interface ParticipantPorts extends Pick<MoneyPorts, 'openChain' | 'moneyBook' | 'verifySignature'> {
  /** Serves jobs. A worker of its own, so that checking never waits behind a stranger's job. */
  servingEngine: Engine
  /** Tokenises prompts and checks answers. */
  checkingEngine: Engine
  models: ModelStore
  /** Called once, when somebody first contributes or asks: checking needs no network. Not started. */
  openNetwork: () => Promise<Network>
  onNetworkStatus: (status: NetworkStatus) => void
  /** The public source of chance that draws verifiers. Rejects where this page knows none; asked again after that. */
  openBeacon: () => Promise<Beacon>
  journal: Journal
  standings: StandingBook
  sessionKey: SessionKey
  /** A session key that is kept nowhere. */
  ephemeralKey: () => Promise<SessionKey>
  lease: Lease
  pauseSignals: PauseSignals
  clock: Clock
  random: Random
  logger: Logger
}

export interface ParticipantOptions {
  /** Limits for pairs of cells that owe each other no equality. */
  thresholds: ThresholdTable
  modelRoot: string
  /** How this participant serves; 'auto' unless somebody asked for one by name. */
  provider: LoadOptions['provider']
}

/** One running copy of the app: contributes, asks and checks, over one network identity. */
export interface Participant {
  /** While it contributes already, a second call only changes who hears of it. */
  contribute(emit: (event: ContributeEvent) => void): Promise<void>
  stopContributing(): Promise<void>
  ask(options: Omit<AskOptions, 'modelRoot'>, emit: (event: AskEvent) => void, stop: AbortSignal): Promise<void>
  /** "Check it yourself" on the text of an evidence bundle file; works without any network. */
  checkBundleFile(json: string, emit: (state: BundleCheckState) => void, signal?: AbortSignal): Promise<void>
  /**
   * Offers an answer's evidence to whoever is given its hash, for ten minutes and while this page is open. Returns what the other needs.
   * Errors: `evidence/too-large`; `network/*` where this participant cannot be reached.
   */
  shareBundle(bundle: Bundle): Promise<{ peerId: string; hash: string }>
  /** "Check it yourself" on what another participant shared: fetched by its hash, then as from a file. */
  checkSharedBundle(
    peerId: string,
    hash: string,
    emit: (state: BundleCheckState) => void,
    signal?: AbortSignal,
  ): Promise<void>
  /** The same for a bundle that this participant already holds. */
  checkBundle(bundle: Bundle, emit: (state: BundleCheckState) => void, signal?: AbortSignal): Promise<void>
  /** What this device is owed, and was paid. Errors: `chain/*`, `storage/*`. */
  earnings(): Promise<Earnings>
  /** Channels of this network that this device pays from, and what it has promised on them. Errors: the same. */
  paying(): Promise<{ channelId: HexBytes; promised: bigint }[]>
  /** Turns vouchers into tokens (`Settler`). Errors: the same, and `payment/no-payee`. */
  settle(choices: SettleChoices): Promise<SettleOutcome>
  deleteModel(): Promise<void>
  stop(): Promise<void>
}

/** A payer's close leaves a day, so looking once a minute is early enough. */
const SETTLE_INTERVAL_MS = 60_000

export function createParticipant(
  ports: ParticipantPorts,
  { modelRoot, provider, thresholds }: ParticipantOptions,
): Participant {
  const { models, clock } = ports
  const offers = createOfferBook(clock)
  const serving = createModelAccess({ engine: ports.servingEngine, models }, modelRoot)
  const checking = createModelAccess({ engine: ports.checkingEngine, models }, modelRoot)
  const shelf = createEvidenceShelf(clock)
  const rootBook = createRootBook(clock)
  let rootPublisher: RootPublisher | null = null
  const roots: Pick<RootPublisher, 'add'> = { add: (kind, hash) => rootPublisher?.add(kind, hash) }
  const verifyPorts = { engine: ports.checkingEngine, access: checking, thresholds }
  const verifier = createVerifier({ ...ports, ...verifyPorts, modelRoot })
  let online: Promise<Network> | null = null
  let emitContribution: (event: ContributeEvent) => void = () => {}

  /** Two histories under one signature: whatever else that key says is not worth hearing. */
  const hearRoot = (bytes: Uint8Array, from: string): MessageVerdict => {
    const { verdict, equivocation } = rootBook.receive(bytes, from)
    if (equivocation !== null) {
      const { participantKey, peerId, epoch } = equivocation.announcement
      offers.distrust(participantKey)
      ports.logger.warn('two-roots-for-one-epoch', { peerId, epoch })
    }
    return verdict
  }

  const connect = async (): Promise<Network> => {
    const network = await ports.openNetwork()
    const undo = [
      network.onStatus(ports.onNetworkStatus),
      network.onGossip('offers', (bytes, publisher) => offers.receive(bytes, publisher)),
      network.onGossip('roots', hearRoot),
      network.onStream('evidence', (stream) => void serveEvidence({ shelf, clock }, stream)),
    ]
    try {
      await network.start()
      rootPublisher = createRootPublisher({ ...ports, network })
      return network
    } catch (error) {
      await network.stop().catch(() => {})
      for (const cancel of undo) cancel()
      throw error
    }
  }

  /** Starts the network once, however many roles need it; a failed start may be tried again. */
  const goOnline = (): Promise<Network> => {
    online ??= connect().catch((error: unknown) => {
      online = null
      throw error
    })
    return online
  }

  const money = createMoney(ports)
  const readStakes = createStakeReader({ ...ports, openChain: money.chain })
  const contributor = createProvider(
    { ...ports, engine: ports.servingEngine, access: serving, verifier, roots, money },
    goOnline,
    provider,
    (event) => emitContribution(event),
  )

  let stopSettling: Unsubscribe | null = null
  /** For as long as the page is open, once it may be owed something: payers may close, and sessions end, also while it does not contribute. */
  const keepSettling = (): void => {
    if (stopSettling !== null) return
    stopSettling = clock.every(SETTLE_INTERVAL_MS, () => void handInDue(false))
    void handInDue(false)
  }
  /** Best effort: what is not handed in now stays in the book. */
  const handInDue = async (isLeaving: boolean): Promise<void> => {
    try {
      await (await money.settler()).handInDue(isLeaving)
    } catch (error) {
      const { code } = CodedError.dataOf(error, 'chain/unreachable')
      ports.logger.info('not-settled', { code })
      if (code !== 'chain/none') return
      stopSettling?.()
      stopSettling = null
    }
  }

  /** Null where none is known or reachable: then nobody can be drawn, and the answer says so. */
  const openBeacon = (): Promise<Beacon | null> => ports.openBeacon().catch(() => null)

  const check = async (
    bundle: Bundle,
    emit: (state: BundleCheckState) => void,
    signal?: AbortSignal,
  ): Promise<void> => {
    emit({ state: 'checking' })
    const { engine } = verifyPorts
    const [first] = bundle.legs
    try {
      if (first?.request.modelRoot !== modelRoot) throw new CodedError(UNKNOWN_MODEL)
      // Before any signature is checked: a bundle that no context holds would only keep this page busy.
      const { contextTokens } = await models.manifest(modelRoot, signal)
      const tokens = first.request.promptIds.length + bundleOutputIds(bundle).length
      if (tokens > contextTokens) throw new CodedError(LONGER_THAN_CONTEXT)
      const probes = ({ hiddenSize }: EngineInfo) => allProbes(bundle, hiddenSize)
      const checked = await checkBundle(verifyPorts, bundle, signal, probes)
      const world = await auditWorldOf(await openBeacon(), bundle.audits)
      const review = reviewOf(
        bundle,
        checked,
        { world, thresholds },
        bundle.audits.length === 0 ? NOBODY_ATTESTED : null,
      )
      await checking.download(() => {}, signal)
      await checking.tokenizer(signal)
      const prompt = await engine.decode(first.request.promptIds, true)
      const text = await engine.decode(bundleOutputIds(bundle), true)
      const own = await attestOwnCheck({ ...ports, thresholds }, bundle, checked)
      if (own !== null) roots.add('attestations', attestationDigest(own.attestation))
      const attestation = own && {
        verifierKey: bytesToHex(ports.sessionKey.publicKey),
        json: ownAttestationToJson(own),
      }
      emit({ state: 'done', locus: locusOf(bundle, checked, review, new Map()), text, prompt, attestation })
    } catch (error) {
      emit({ state: 'invalid', error: CodedError.dataOf(error, 'check/unavailable') })
    }
  }

  return {
    async contribute(emit) {
      emitContribution = emit
      keepSettling()
      await contributor.start()
    },

    async stopContributing() {
      await contributor.stop()
      await handInDue(true)
    },

    async ask(options, emit, stop) {
      let network: Network
      try {
        network = await goOnline()
      } catch (error) {
        emit({
          type: 'state',
          state: { state: 'failed', error: CodedError.dataOf(error, 'network/relay-unreachable') },
        })
        return
      }
      const beacon = await openBeacon()
      const openPayDesk = money.payDesk
      await ask(
        { ...ports, ...verifyPorts, network, offers, shelf, beacon, readStakes, openPayDesk },
        { ...options, modelRoot },
        emit,
        stop,
      )
    },

    async checkBundleFile(json, emit, signal) {
      emit({ state: 'reading' })
      let bundle: Bundle
      try {
        bundle = bundleFromJson(json)
      } catch (error) {
        emit({ state: 'invalid', error: CodedError.dataOf(error, 'receipt/malformed') })
        return
      }
      await check(bundle, emit, signal)
    },

    async shareBundle(bundle) {
      const network = await goOnline()
      return { peerId: network.peerId, hash: bytesToHex(shelf.put(encodeCbor(bundle))) }
    },

    async checkSharedBundle(peerId, hash, emit, signal) {
      emit({ state: 'fetching' })
      let bundle: Bundle
      try {
        const network = await goOnline()
        const bytes = await fetchEvidence({ network, clock }, peerId, hexToBytes(hash), signal)
        const decoded = decodeCbor(bytes, BundleSchema, MAX_BUNDLE_BYTES)
        if (!decoded.ok) throw new CodedError(NOT_A_BUNDLE)
        bundle = decoded.value
      } catch (error) {
        emit({ state: 'invalid', error: CodedError.dataOf(error, 'evidence/missing') })
        return
      }
      await check(bundle, emit, signal)
    },

    checkBundle: check,

    async earnings() {
      keepSettling()
      return await (await money.settler()).earnings()
    },

    async paying() {
      return await (await money.payDesk()).channels()
    },

    async settle(choices) {
      return await (await money.settler()).settle(choices)
    },

    async deleteModel() {
      await contributor.stop()
      await Promise.all([ports.servingEngine.stop(), ports.checkingEngine.stop()])
      await models.delete(modelRoot)
    },

    async stop() {
      stopSettling?.()
      await contributor.stop()
      rootPublisher?.stop()
      const network = await online?.catch(() => null)
      await network?.stop()
      await Promise.all([ports.servingEngine.stop(), ports.checkingEngine.stop()])
    },
  }
}

const NOT_A_BUNDLE = {
  code: 'receipt/malformed',
  message: 'What was fetched is not an evidence bundle of this version.',
  nextStep: 'Ask for a new link from the page that made the answer.',
} as const

const NOBODY_ATTESTED = 'Nobody else has attested to this answer.'

const LONGER_THAN_CONTEXT = {
  code: 'receipt/malformed',
  message: 'This answer is longer than its model can read, so the model did not write it.',
  nextStep: 'Ask whoever gave you this file for the evidence of a real answer.',
} as const

const UNKNOWN_MODEL = {
  code: 'model/unknown',
  message: 'This answer was computed with a model that this page does not have.',
  nextStep: 'Open the bundle in a version of Locus that lists the model.',
} as const
