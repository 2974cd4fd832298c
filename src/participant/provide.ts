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
  PauseSignals,
  Random,
  SessionKey,
} from './ports.ts'
import { serveJob } from './serve-job.ts'
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

/** A contributor's loop: lease, model, self-test, offers, one job at a time. `goOnline` is shared with the requester's side. */
export function createProvider(
  ports: ProvidePorts,
  goOnline: () => Promise<Network>,
  provider: LoadOptions['provider'],
  emit: (event: ContributeEvent) => void,
): Provider {
  const { access, clock, pauseSignals, lease, logger } = ports
  const totals = { jobs: 0, tokens: 0 }
  let run: { abort: AbortController; undo: (() => void)[] } | null = null
  let network: Network | null = null
  let job: AbortController | null = null
  let pauseReason: { reason: string; nextStep: string } | null = null

  const setState = (state: ContributeState): void => emit({ type: 'state', state })

  const publish = async (info: EngineInfo): Promise<void> => {
    if (network === null) return
    const offer: Offer = {
      version: 1,
      peerId: network.peerId,
      providerKey: ports.sessionKey.publicKey,
      cell: info.cell,
      tokensPerSecond: Math.round(info.tokensPerSecond),
      contextTokens: info.contextTokens,
      busy: job !== null || pauseReason !== null || run === null,
      expiresAt: clock.now() + OFFER_LIFETIME_MS,
    }
    try {
      await network.publishOffer(encodeOffer(offer, await ports.sessionKey.sign(offerDigest(offer))))
    } catch (error) {
      logger.warn('offer-not-published', { code: CodedError.dataOf(error, 'network/relay-unreachable').code })
    }
  }

  const settle = (info: EngineInfo): void => {
    if (run === null) return
    if (pauseReason !== null) setState({ state: 'paused', engine: info, ...pauseReason })
    else setState({ state: 'ready', engine: info })
  }

  const serve = async (info: EngineInfo, stream: JobStream): Promise<void> => {
    if (job !== null || pauseReason !== null || run === null) {
      stream.abort(new Error('busy'))
      return
    }
    const abort = new AbortController()
    job = abort
    const meter = createTokenMeter(clock)
    let jobId = ''
    let isDeviceLost = false
    const report = (): void => {
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
    if (isDeviceLost) return recover(info)
    settle(info)
    await publish(info)
  }

  /** A lost GPU comes back, or WASM takes over: whatever the self-test finds now is what is offered from now on. */
  const recover = async (info: EngineInfo): Promise<void> => {
    setState({
      state: 'paused',
      engine: info,
      reason: 'The graphics device was lost.',
      nextStep: 'Testing this device again.',
    })
    await stop()
    await start()
  }

  const start = async (): Promise<void> => {
    if (run !== null) return
    const current = { abort: new AbortController(), undo: [] as (() => void)[] }
    run = current
    const { signal } = current.abort
    try {
      current.undo.push(await lease.acquire(signal))
      setState({ state: 'downloading', haveBytes: 0, totalBytes: 0 })
      const onBytes = (haveBytes: number, totalBytes: number): void => {
        setState({ state: 'downloading', haveBytes, totalBytes })
      }
      await access.download(onBytes, signal)
      const onStage: LoadOptions['onProgress'] = (stage, fraction) => setState({ state: 'preparing', stage, fraction })
      const info = await access.load(provider, onStage, signal)
      setState({ state: 'connecting', engine: info })
      const joined = await goOnline()
      if (signal.aborted) return
      network = joined
      current.undo.push(
        joined.onJob((stream) => void serve(info, stream)),
        clock.every(OFFER_INTERVAL_MS, () => void publish(info)),
        pauseSignals.onChange((pause) => {
          pauseReason = pause
          if (job === null) settle(info)
          void publish(info)
        }),
      )
      pauseReason = pauseSignals.current()
      settle(info)
      await publish(info)
    } catch (error) {
      if (run === current) {
        await stop()
        if (!signal.aborted || !isAbort(error)) {
          setState({ state: 'failed', error: CodedError.dataOf(error, 'engine/run-failed') })
        }
      }
    }
  }

  const stop = async (): Promise<void> => {
    if (run === null) return
    const { abort, undo } = run
    run = null
    job?.abort()
    abort.abort()
    for (const cancel of undo.toReversed()) cancel()
    setState({ state: 'idle' })
    if (ports.engine.info !== null) await publish(ports.engine.info)
  }

  return { start, stop }
}

function isAbort(error: unknown): boolean {
  return CodedError.is(error, 'model/cancelled') || CodedError.is(error, 'engine/aborted')
}
