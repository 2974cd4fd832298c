import { CodedError } from '../protocol/errors.ts'
import { bytesToHex } from '../protocol/hash.ts'
import type { Bundle } from '../protocol/receipt/bundle.ts'
import { encodeOffer, type Offer, offerDigest } from '../protocol/wire/offer.ts'
import type { ContributeEvent, ContributeState } from './events.ts'
import { journalRecordOf } from './journal-record.ts'
import type { ModelAccess } from './model-access.ts'
import type {
  Clock,
  Engine,
  EngineInfo,
  JobStream,
  Journal,
  Lease,
  LoadOptions,
  Logger,
  Network,
  Pause,
  PauseSignals,
  Random,
  SessionKey,
} from './ports.ts'
import { refuseJob, serveJob } from './serve-job.ts'
import { createTokenMeter } from './token-meter.ts'

export interface ProvidePorts {
  engine: Engine
  access: ModelAccess
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
  /** Stops within a segment: the running job's requester goes on with somebody else. */
  stop(): Promise<void>
}

interface Run {
  abort: AbortController
  /** Gives the lease back. */
  release: () => void
  /** Ends the offering: jobs, renewals, pause signals. */
  undo: (() => void)[]
}

/** A contributor's loop: lease, model, self-test, offers, one job at a time. `goOnline` is shared with the requester's side. */
export function createProvider(
  ports: ProvidePorts,
  goOnline: () => Promise<Network>,
  provider: LoadOptions['provider'],
  emit: (event: ContributeEvent) => void,
): Provider {
  const { access, clock, pauseSignals, lease, logger } = ports
  const totals = { jobs: 0, tokens: 0 }
  /** The run that counts; whoever awaits on behalf of another one has been stopped meanwhile and says nothing more. */
  let run: Run | null = null
  let network: Network | null = null
  let job: AbortController | null = null
  /** Why not to serve now: the owner's reasons, and that nobody could hear us. */
  let ownersPause: Pause | null = null
  let relayPause: Pause | null = null

  const setState = (state: ContributeState): void => emit({ type: 'state', state })
  const pause = (): Pause | null => ownersPause ?? relayPause

  const publish = async (info: EngineInfo): Promise<void> => {
    if (network === null) return
    const offer: Offer = {
      version: 1,
      peerId: network.peerId,
      providerKey: ports.sessionKey.publicKey,
      cell: info.cell,
      tokensPerSecond: Math.round(info.tokensPerSecond),
      contextTokens: info.contextTokens,
      busy: job !== null || pause() !== null || run === null,
      expiresAt: clock.now() + OFFER_LIFETIME_MS,
    }
    try {
      await network.publishOffer(encodeOffer(offer, await ports.sessionKey.sign(offerDigest(offer))))
    } catch (error) {
      logger.warn('offer-not-published', { code: CodedError.dataOf(error, 'network/relay-unreachable').code })
    }
  }

  const settle = (info: EngineInfo): void => {
    const paused = pause()
    if (paused !== null) setState({ state: 'paused', engine: info, reason: paused.reason, nextStep: paused.nextStep })
    else setState({ state: 'ready', engine: info })
  }

  const serve = async (current: Run, info: EngineInfo, stream: JobStream): Promise<void> => {
    if (job !== null || pause() !== null || run !== current) return refuseJob(clock, stream, 'job/busy')
    const abort = new AbortController()
    job = abort
    const meter = createTokenMeter(clock)
    let jobId = ''
    let isDeviceLost = false
    const report = (): void => {
      if (run !== current) return
      setState({ state: 'serving', engine: info, jobId, tokensPerSecond: meter.perSecond(), tokens: meter.total() })
    }
    try {
      await publish(info)
      const events = {
        onStart: (id: Uint8Array) => {
          jobId = bytesToHex(id)
          report()
        },
        onTokens: (count: number) => {
          meter.add(count)
          report()
        },
      }
      const leg = await serveJob(ports, info, stream, events, abort.signal)
      if (leg !== null) {
        totals.jobs++
        totals.tokens += meter.total()
        emit({ type: 'totals', totals: { ...totals } })
        const bundle: Bundle = { version: 1, kind: 'locus-evidence', legs: [leg] }
        await ports.journal.append(journalRecordOf(bundle, 'served', '', null, clock.now()))
      }
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      logger.warn('job-ended-early', { code: CodedError.dataOf(error, 'engine/run-failed').code })
      isDeviceLost = CodedError.is(error, 'engine/device-lost')
    }
    job = null
    if (run !== current) return
    if (isDeviceLost) return recover(current, info)
    settle(info)
    await publish(info)
  }

  /** A lost GPU comes back, or WASM takes over: whatever the self-test finds now is what is offered from now on. */
  const recover = async (current: Run, info: EngineInfo): Promise<void> => {
    stopOffering(current)
    setState({
      state: 'paused',
      engine: info,
      reason: 'The graphics device was lost.',
      nextStep: 'Testing this device again.',
    })
    await attempt(current, () => offer(current))
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
    const onPause = (): void => {
      if (job === null) settle(info)
      void publish(info)
    }
    current.undo.push(
      joined.onJob((stream) => void serve(current, info, stream)),
      clock.every(OFFER_INTERVAL_MS, () => void publish(info)),
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
    settle(info)
    await publish(info)
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

  const stopOffering = ({ undo }: Run): void => {
    for (const cancel of undo.splice(0).toReversed()) cancel()
  }

  const end = (current: Run): void => {
    run = null
    job?.abort()
    current.abort.abort()
    stopOffering(current)
    current.release()
  }

  /** The last offer says busy, so that nobody waits for what has ended. */
  const withdraw = async (): Promise<void> => {
    if (ports.engine.info !== null) await publish(ports.engine.info)
  }

  return {
    async start() {
      if (run !== null) return
      const current: Run = { abort: new AbortController(), release: () => {}, undo: [] }
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
