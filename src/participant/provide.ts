import { isFree } from '../protocol/channel/payment-terms.ts'
import { CodedError } from '../protocol/errors.ts'
import { cellId } from '../protocol/evidence/cell.ts'
import { receiptDigest } from '../protocol/receipt/typed-data.ts'
import { encodeOffer, type Offer, offerDigest } from '../protocol/wire/offer.ts'
import { bundleOf } from './answer-legs.ts'
import type { EarnDesk } from './earn-desk.ts'
import type { ContributeEvent, ContributeState } from './events.ts'
import { journalRecordOf } from './journal-record.ts'
import type { ModelAccess } from './model-access.ts'
import type { Money } from './money.ts'
import type {
  Clock,
  Engine,
  EngineInfo,
  Journal,
  Lease,
  LoadOptions,
  Logger,
  MoneyBook,
  Network,
  Pause,
  PauseSignals,
  PeerStream,
  Random,
  Recovery,
  SessionKey,
} from './ports.ts'
import type { RootPublisher } from './publish-roots.ts'
import { refuseJob, type ServeJobEvents, serveJob } from './serve-job.ts'
import { createTokenMeter, type TokenMeter } from './token-meter.ts'
import type { Verifier } from './verifier.ts'

export interface ProvidePorts {
  engine: Engine
  access: ModelAccess
  verifier: Verifier
  roots: Pick<RootPublisher, 'add'>
  money: Money
  moneyBook: MoneyBook
  journal: Journal
  sessionKey: SessionKey
  lease: Lease
  pauseSignals: PauseSignals
  clock: Clock
  random: Random
  logger: Logger
}

/** A newcomer hears of us within this time; an offer survives four lost renewals before it expires. */
const OFFER_INTERVAL_MS = 2_000
const OFFER_LIFETIME_MS = 10_000

export interface Provider {
  /** Resolves once offers are out; rejects nothing: failures are emitted as state. */
  start(): Promise<void>
  /** Stops within a segment: the requesters of running jobs go on with somebody else. */
  stop(): Promise<void>
}

/** What is offered; another object after every self-test that found another cell. */
interface Offering {
  info: EngineInfo
  earn: EarnDesk
}

interface Run {
  abort: AbortController
  /** Gives the lease back. */
  release: () => void
  /** Ends the offering: jobs, renewals, pause signals. */
  undo: (() => void)[]
  /** Null while nothing is offered. */
  offering: Offering | null
  /** Every stream that holds a slot, from its first byte on. */
  jobs: Set<AbortController>
  /** Jobs that are being computed. */
  started: number
  meter: TokenMeter
}

/** A contributor's loop: lease, model, self-test, offers, as many jobs at once as the engine has slots. `goOnline` is shared with the requester's side. */
export function createProvider(
  ports: ProvidePorts,
  goOnline: () => Promise<Network>,
  provider: LoadOptions['provider'],
  emit: (event: ContributeEvent) => void,
): Provider {
  const { access, clock, pauseSignals, lease, logger } = ports
  const totals = { jobs: 0, tokens: 0, attestations: 0 }
  /** The run that counts; whoever awaits on behalf of another one has been stopped meanwhile and says nothing more. */
  let run: Run | null = null
  let network: Network | null = null
  /** What the last offer was of, also once nothing is offered any more. */
  let lastOffering: Offering | null = null
  /** Why not to serve now: the owner's reasons, and that nobody could hear us. */
  let ownersPause: Pause | null = null
  let relayPause: Pause | null = null
  /** The engine is being rebuilt: running jobs wait, and nobody new should. */
  let enginePause: Pause | null = null

  const setState = (state: ContributeState): void => emit({ type: 'state', state })
  const pause = (): Pause | null => enginePause ?? ownersPause ?? relayPause
  const isFull = ({ jobs }: Run, { slots }: EngineInfo): boolean => jobs.size >= slots

  const publish = async ({ info, earn }: Offering): Promise<void> => {
    if (network === null) return
    const offer: Offer = {
      version: 2,
      peerId: network.peerId,
      providerKey: ports.sessionKey.publicKey,
      cell: info.cell,
      tokensPerSecond: Math.round(info.tokensPerSecond),
      contextTokens: info.contextTokens,
      price: earn.price,
      busy: run === null || isFull(run, info) || pause() !== null,
      expiresAt: clock.now() + OFFER_LIFETIME_MS,
    }
    try {
      await network.publish('offers', encodeOffer(offer, await ports.sessionKey.sign(offerDigest(offer))))
    } catch (error) {
      logger.warn('offer-not-published', { code: CodedError.dataOf(error, 'network/relay-unreachable').code })
    }
  }

  /** Says where this run stands, while it offers anything. */
  const settle = (current: Run): void => {
    if (run !== current || current.offering === null) return
    const engine = current.offering.info
    const paused = pause()
    if (current.started > 0 && enginePause === null) {
      const { started, meter } = current
      const tokensPerSecond = meter.perSecond()
      setState({ state: 'serving', engine, jobs: started, tokensPerSecond, tokens: meter.total() })
    } else if (paused !== null) setState({ state: 'paused', engine, reason: paused.reason, nextStep: paused.nextStep })
    else setState({ state: 'ready', engine })
  }

  const serve = async (current: Run, offering: Offering, stream: PeerStream): Promise<void> => {
    const { info, earn } = offering
    const isOffered = run === current && current.offering === offering
    if (!isOffered || isFull(current, info) || pause() !== null) return refuseJob(clock, stream, 'job/busy')
    const abort = new AbortController()
    current.jobs.add(abort)
    let hasStarted = false
    let tokens = 0
    let isDeviceLost = false
    const events: ServeJobEvents = {
      onStart() {
        hasStarted = true
        if (current.started === 0) current.meter = createTokenMeter(clock)
        current.started++
        settle(current)
      },
      onTokens(count) {
        tokens += count
        current.meter.add(count)
        settle(current)
      },
    }
    try {
      if (isFull(current, info)) await publish(offering)
      const leg = await serveJob({ ...ports, earn }, info, stream, events, abort.signal)
      if (leg !== null) {
        totals.jobs++
        totals.tokens += tokens
        emit({ type: 'totals', totals: { ...totals } })
        if (leg.signed !== null) {
          const digest = receiptDigest(leg.signed.receipt)
          ports.roots.add('receipts', digest)
          await ports.moneyBook.addReceipt({ digest, tokens, isFree: isFree(leg.request.payment) })
        }
        const bundle = bundleOf([leg])
        await ports.journal.append(journalRecordOf(bundle, 'served', '', null, clock.now()))
      }
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      logger.warn('job-ended-early', { code: CodedError.dataOf(error, 'engine/run-failed').code })
      isDeviceLost = CodedError.is(error, 'engine/device-lost')
    }
    const wasFull = isFull(current, offering.info)
    current.jobs.delete(abort)
    if (hasStarted) current.started--
    if (run !== current || current.offering !== offering) return
    if (isDeviceLost) return recover(current, offering)
    settle(current)
    if (wasFull) await publish(offering)
  }

  /** Being drawn as a verifier comes with contributing: the checking engine works beside the one that serves. */
  const verify = async (current: Run, joined: Network, stream: PeerStream): Promise<void> => {
    const { verdict, attested } = await ports.verifier.serve(joined, stream, current.abort.signal)
    if (verdict.verdict !== 'accept') logger.info('audit-refused', { code: verdict.code })
    if (attested === null) return
    ports.roots.add('attestations', attested)
    if (run !== current) return
    totals.attestations++
    emit({ type: 'totals', totals: { ...totals } })
  }

  /** A lost GPU comes back, or WASM takes over: whatever the self-test finds now is what is offered from now on. */
  const recover = async (current: Run, { info }: Offering): Promise<void> => {
    stopOffering(current)
    setState({ state: 'paused', engine: info, ...DEVICE_LOST })
    await attempt(current, () => offer(current))
  }

  /** The engine rebuilds itself and goes on with what ran; only another cell needs another offer. */
  const follow = (current: Run, offering: Offering, recovery: Recovery): void => {
    const { info } = offering
    enginePause = null
    if (recovery.state === 'rebuilding') {
      enginePause = recovery.error.code === 'engine/device-lost' ? DEVICE_LOST : WORKER_LOST
    } else if (recovery.state === 'failed' || cellId(recovery.info.cell) !== cellId(info.cell)) {
      void recover(current, offering)
      return
    } else offering.info = recovery.info
    settle(current)
    void publish(offering)
  }

  /** Model, self-test, network, offers. */
  const offer = async (current: Run): Promise<void> => {
    const { signal } = current.abort
    const show = (state: ContributeState): void => {
      if (run === current) setState(state)
    }
    await access.download((haveBytes, totalBytes) => show({ state: 'downloading', haveBytes, totalBytes }), signal)
    signal.throwIfAborted()
    const info = await access.load(provider, (stage, fraction) => show({ state: 'preparing', stage, fraction }), signal)
    show({ state: 'connecting', engine: info })
    const joined = await goOnline()
    if (run !== current) return
    network = joined
    ownersPause = pauseSignals.current()
    const offering: Offering = { info, earn: await ports.money.earnDesk() }
    if (run !== current) return
    current.offering = offering
    enginePause = null
    const onPause = (): void => {
      settle(current)
      void publish(offering)
    }
    current.undo.push(
      joined.onStream('job', (stream) => void serve(current, offering, stream)),
      joined.onStream('audit', (stream) => void verify(current, joined, stream)),
      clock.every(OFFER_INTERVAL_MS, () => void publish(offering)),
      ports.engine.onRecovery((recovery) => follow(current, offering, recovery)),
      pauseSignals.onChange((reason) => {
        ownersPause = reason
        onPause()
      }),
      joined.onStatus((status) => {
        const wasPaused = relayPause !== null
        relayPause = status.state === 'unreachable' ? { reason: status.message, nextStep: status.nextStep } : null
        if (wasPaused !== (relayPause !== null)) onPause()
      }),
    )
    settle(current)
    lastOffering = offering
    await publish(offering)
  }

  /** Runs `work`; if it fails while `current` still counts, so does the run. */
  const attempt = async (current: Run, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (run !== current) return
      end(current)
      setState({ state: 'failed', error: CodedError.dataOf(error, 'engine/run-failed') })
      await withdraw()
    }
  }

  const stopOffering = (current: Run): void => {
    current.offering = null
    for (const cancel of current.undo.splice(0).toReversed()) cancel()
  }

  const end = (current: Run): void => {
    run = null
    for (const job of current.jobs) job.abort()
    current.abort.abort()
    stopOffering(current)
    current.release()
  }

  /** The last offer says busy, so that nobody waits for what has ended. */
  const withdraw = async (): Promise<void> => {
    if (lastOffering !== null) await publish(lastOffering)
  }

  return {
    async start() {
      if (run !== null) return
      const current: Run = {
        abort: new AbortController(),
        release: () => {},
        undo: [],
        offering: null,
        jobs: new Set(),
        started: 0,
        meter: createTokenMeter(clock),
      }
      run = current
      await attempt(current, async () => {
        const release = await lease.acquire(current.abort.signal)
        if (run !== current) return release()
        current.release = release
        setState({ state: 'downloading', haveBytes: 0, totalBytes: 0 })
        await offer(current)
      })
    },

    async stop() {
      if (run === null) return
      end(run)
      setState({ state: 'idle' })
      await withdraw()
    },
  }
}

const DEVICE_LOST: Pause = { reason: 'The graphics device was lost.', nextStep: 'Testing this device again.' }

const WORKER_LOST: Pause = {
  reason: 'The computation had to be started again.',
  nextStep: 'It goes on by itself where it was.',
}
