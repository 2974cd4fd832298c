import { CodedError, type ErrorCode } from '../protocol/errors.ts'
import { isUniversalCell } from '../protocol/evidence/cell.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import { bytesToHex } from '../protocol/hash.ts'
import { type FinishReason, jobIdOf } from '../protocol/job/job.ts'
import { MAX_LEGS, SEGMENT_TOKENS } from '../protocol/limits.ts'
import { type Bundle, bundleOutputIds, type Leg } from '../protocol/receipt/bundle.ts'
import type { Sampler } from '../protocol/sampling/sampler.ts'
import type { Offer } from '../protocol/wire/offer.ts'
import { bundleOf, outputIdsOf, resume, wholeSegments } from './answer-legs.ts'
import { createAnswerText } from './answer-text.ts'
import { PROMPT_EMPTY, promptTooLong, STOPPED, STOPPED_HALFWAY } from './ask-errors.ts'
import { createAskPayments } from './ask-payments.ts'
import type { AskEvent, AskState, Locus } from './events.ts'
import { journalRecordOf } from './journal-record.ts'
import { type JudgePorts, judgeAnswer } from './judge-answer.ts'
import { locusOf } from './locus.ts'
import type { PayDesk } from './pay-desk.ts'
import type { Clock, ConnectionInfo, Network } from './ports.ts'
import { type JobTerms, type LegOutcome, requestLeg } from './request-leg.ts'
import { isAlarmed } from './standing.ts'
import { type BundleCheck, legOfSegment } from './verify.ts'

export interface AskPorts extends JudgePorts {
  network: Network
  clock: Clock
  /** Errors: `payment/cap` where this page can pay nobody. */
  openPayDesk: () => Promise<PayDesk>
}

export interface AskOptions {
  prompt: string
  modelRoot: string
  sampler: Sampler
  maxTokens: number
  /** Null: it is asked for nothing, of whoever answers for nothing. In the token's smallest unit. */
  payment: { maxAmount: bigint } | null
}

/**
 * Share of tokens that must follow the rule when no equality is owed. Honest devices of other makes agree on more than 98 % (Token-DiFR,
 * arXiv 2511.20621); between that and this line a person sees the number and decides.
 */
const MIN_TOLERANT_MATCH = 0.9

/** One round of offers, which are renewed every two seconds. */
const GATHER_MS = 2_500

/** A peer that refused or vanished is asked again only after this long, if nobody else is there. */
const FORGIVE_AFTER_MS = 5_000

const ENDED_EARLY = 'It ended the answer without being asked to.'

const NOBODY = 'Nobody who can answer is online yet. Waiting for a contributor.'
const NOBODY_TO_PAY = 'Nobody who takes this payment is online yet. Waiting for a contributor.'

/** What a person should know of whoever did not want the job; others are asked meanwhile. */
const REFUSALS: Readonly<Record<string, string>> = {
  'payment/free-used-up': 'Whoever is online has answered you for nothing as much as they do in an hour. Pay, or wait.',
  'payment/channel': 'The last provider did not find the payment channel on the chain yet. Trying again.',
  'payment/deposit': 'The last provider wants more certainty of the deposit. Trying again.',
}

/**
 * One question, from finding a provider to an accepted answer (protocol.md §2): lost providers are resumed at the last segment with the
 * same seed, disbelieved ones are named and replaced, and nothing is shown as accepted before it is checked and journaled.
 * Resolves when the answer is accepted or has failed; every step is emitted. `stop` ends the answer early: what its provider then signs for is
 * checked and kept, what nobody signs for is not.
 */
export async function ask(
  ports: AskPorts,
  options: AskOptions,
  emit: (event: AskEvent) => void,
  stop: AbortSignal,
): Promise<void> {
  try {
    await createAsk(ports, options, emit, stop).run()
  } catch (error) {
    emit({ type: 'state', state: { state: 'failed', error: CodedError.dataOf(error, 'engine/run-failed') } })
  }
}

function createAsk(ports: AskPorts, options: AskOptions, emit: (event: AskEvent) => void, stop: AbortSignal) {
  const { engine, access, clock } = ports
  const setState = (state: AskState): void => emit({ type: 'state', state })
  const text = createAnswerText(engine, (value) => emit({ type: 'text', text: value }))
  /** Peers not to ask, and until when; `Infinity` for a lie. */
  const excluded = new Map<string, number>()
  const connections = new Map<string, { peerId: string; connection: ConnectionInfo }>()
  let legs: Leg[] = []
  /** Output tokens that the first committed leg has agreed on: whoever resumes it is held to that. */
  let length = 0
  /** Why the last one asked did not want it, where that is worth telling. */
  let refusal: string | null = null
  const payments = createAskPayments(ports, options.payment, (payment) => emit({ type: 'payment', payment }))

  const prepare = async (): Promise<JobTerms> => {
    if (options.prompt.trim() === '') throw new CodedError(PROMPT_EMPTY)
    const since = clock.now()
    setState({ state: 'finding', since, reason: 'Getting the model ready to check answers on this device.' })
    const manifest = await access.download(() => {}, stop)
    const { stopIds } = await access.tokenizer(stop)
    const promptIds = await engine.encodePrompt(options.prompt)
    const room = manifest.contextTokens - promptIds.length
    if (room < 1) throw promptTooLong(promptIds.length, manifest.contextTokens)
    const { modelRoot, sampler } = options
    const maxTokens = Math.min(options.maxTokens, room)
    const requesterKey = ports.sessionKey.publicKey
    return {
      version: 2,
      modelRoot,
      promptIds,
      resumedIds: [],
      sampler,
      maxTokens,
      stopIds,
      carriedSeed: null,
      requesterKey,
    }
  }

  /** Waits until somebody offers the model; a newcomer first hears a round of offers, so that it can prefer whom it can check. */
  const findProvider = async (gatherUntil: number): Promise<Offer> => {
    const since = clock.now()
    for (;;) {
      if (stop.aborted) throw new CodedError(legs.length === 0 ? STOPPED : STOPPED_HALFWAY)
      for (const [peerId, until] of excluded) if (until <= clock.now()) excluded.delete(peerId)
      const excludedPeers = new Set([...excluded.keys(), ports.network.peerId])
      const checkerCell = engine.info?.cell ?? null
      const offer = ports.offers.best({
        modelRoot: options.modelRoot,
        excludedPeers,
        checkerCell,
        accepts: payments.accepts,
      })
      if (offer !== null && (await isAlarmed(ports.standings, offer.providerKey))) {
        excluded.set(offer.peerId, Number.POSITIVE_INFINITY)
        continue
      }
      if (offer !== null && (isUniversalCell(offer.cell) || clock.now() >= gatherUntil)) return offer
      const nobody = refusal ?? (payments.accepts === null ? NOBODY : NOBODY_TO_PAY)
      const reason = offer === null ? nobody : 'Somebody can answer. Hearing who else is there.'
      setState({ state: 'finding', since, reason })
      await somethingChanges(offer === null ? FORGIVE_AFTER_MS : gatherUntil - clock.now())
    }
  }

  const somethingChanges = async (withinMs: number): Promise<void> => {
    const undo: (() => void)[] = []
    await new Promise<void>((resolve) => {
      undo.push(ports.offers.onChange(resolve), clock.after(withinMs, resolve))
      stop.addEventListener('abort', resolve, { once: true })
      undo.push(() => stop.removeEventListener('abort', resolve))
    })
    for (const cancel of undo) cancel()
  }

  const runLeg = async (offer: Offer, terms: JobTerms): Promise<LegOutcome> => {
    const { peerId } = offer
    let connection: ConnectionInfo | null = null
    const resumed = resume(legs.length === 0 ? terms : { ...terms, maxTokens: length }, legs)
    text.commit(resumed.resumedIds)
    const report = (): void => {
      if (connection === null) return
      setState({
        state: 'streaming',
        peerId,
        connection,
        tokens: text.shown(),
        committed: text.committed(),
        legs: legs.length + 1,
      })
    }
    setState({ state: 'negotiating', peerId })
    const payer = await payments.payerOf(offer, resumed, legs.length > 0, stop)
    if (legs.length === 0) length = payer.maxTokens
    const outcome = await requestLeg(
      ports,
      offer,
      { ...resumed, maxTokens: payer.maxTokens },
      payer.job,
      {
        onConnected: (info) => {
          connection = info
        },
        onTokens: (position, ids) => {
          text.show(position, ids)
          report()
        },
        onSegment: (segment) => {
          text.append(segment.ids)
          report()
        },
        onPaid: payments.report,
      },
      stop,
    )
    payer.job.release()
    if ('leg' in outcome && outcome.leg !== null && connection !== null) {
      connections.set(bytesToHex(jobIdOf(outcome.leg.request, outcome.leg.accept)), { peerId, connection })
    }
    return outcome
  }

  /** `found`: what was looked at, where that was enough to be evidence. */
  const disbelieve = async (
    { peerId, code, message }: { peerId: string; code: ErrorCode; message: string },
    found: { bundle: Bundle; report: CheckReport | null; locus: Locus | null } | null,
  ): Promise<void> => {
    excluded.set(peerId, Number.POSITIVE_INFINITY)
    // What a liar said is not left standing while somebody else is looked for.
    text.commit(outputIdsOf(legs))
    if (found !== null) {
      const { bundle, report } = found
      await ports.journal.append(journalRecordOf(bundle, 'rejected', code, report, clock.now()))
    }
    const attempt = { peerId, code, message, locus: found?.locus ?? null, bundle: found?.bundle ?? null }
    emit({ type: 'rejected', attempt })
  }

  /** Null when the answer was not believed and the guilty part has been dropped. */
  const accept = async (finish: FinishReason, peerId: string): Promise<true | null> => {
    setState({ state: 'checking' })
    const { bundle, check, review } = await judgeAnswer(ports, bundleOf(legs), setState, stop)
    const { report } = check
    const locus = locusOf(bundle, check, review, connections)
    const peerOf = (leg: number): string => locus.legs[leg]?.peerId || peerId
    if (review.verdict.verdict === 'fail') {
      const { reason: code, statistic } = review.verdict
      const guilty = review.guiltyLeg ?? legs.length - 1
      // The evidence ends with the leg it speaks against, so that the journal names that job and no later one.
      const isWhole = guilty === legs.length - 1
      const evidence = isWhole ? bundle : bundleOf(legs.slice(0, guilty + 1))
      legs = legs.slice(0, guilty)
      const message = `Its answer did not survive the check: ${statistic}.`
      await disbelieve({ peerId: peerOf(guilty), code, message }, { bundle: evidence, report, locus })
      return null
    }
    if (review.verdict.verdict === 'inconclusive' && isFarFromTheRule(check)) {
      // Whichever leg is at fault, it is not before the first token that differs, so what stays is sound and what goes is enough.
      const suspect = legOfSegment(bundle, Math.floor((report?.firstTokenMismatch ?? 0) / SEGMENT_TOKENS))
      legs = legs.slice(0, suspect)
      const matched = `${report?.tokensMatched ?? 0} of ${report?.tokens ?? 0} tokens`
      const message = `Only ${matched} follow from the model, as far as this device can tell.`
      await disbelieve({ peerId: peerOf(suspect), code: 'check/other-cell', message }, { bundle, report: null, locus })
      return null
    }
    const reason = review.verdict.verdict === 'pass' ? '' : review.verdict.reason
    await ports.journal.append(journalRecordOf(bundle, 'accepted', reason, report, clock.now()))
    await text.finish(bundleOutputIds(bundle))
    setState({ state: 'accepted', locus, finish, bundle })
    return true
  }

  const run = async (): Promise<void> => {
    const terms = await prepare()
    await payments.open()
    const gatherUntil = clock.now() + GATHER_MS
    for (;;) {
      const offer = await findProvider(gatherUntil)
      const { peerId } = offer
      const outcome = await runLeg(offer, terms)
      switch (outcome.kind) {
        case 'refused':
          refusal = REFUSALS[outcome.code] ?? null
          excluded.set(peerId, clock.now() + FORGIVE_AFTER_MS)
          break
        case 'rejected':
          await disbelieve({ ...outcome, peerId }, null)
          break
        case 'unpayable':
          throw new CodedError(outcome.error)
        case 'lost': {
          // Whoever was paid to read and gave nothing for it is not paid to read again.
          const isPaidForNothing = payments.accepts !== null && outcome.leg === null
          excluded.set(peerId, isPaidForNothing ? Number.POSITIVE_INFINITY : clock.now() + FORGIVE_AFTER_MS)
          const kept = outcome.leg === null ? null : wholeSegments(outcome.leg)
          // The last leg must leave room for the one that signs the receipt.
          if (kept !== null && legs.length + 1 < MAX_LEGS) legs.push(kept)
          setState({ state: 'resuming', from: resume(terms, legs).resumedIds.length, lostPeer: peerId })
          break
        }
        case 'delivered':
          // A provider that ends what nobody stopped has not delivered the answer that was asked for.
          if (outcome.finish === 'aborted' && !stop.aborted) {
            const found = { bundle: bundleOf([...legs, outcome.leg]), report: null, locus: null }
            await disbelieve({ peerId, code: 'receipt/finish', message: ENDED_EARLY }, found)
            break
          }
          legs.push(outcome.leg)
          if (await accept(outcome.finish, peerId)) return
          break
        default:
          outcome satisfies never
      }
    }
  }

  return { run }
}

/** An answer of a cell that cannot be checked exactly here is no lie for that, but so far off the rule it is not worth having either. */
function isFarFromTheRule({ report }: BundleCheck): boolean {
  return report !== null && report.tokens >= SEGMENT_TOKENS && report.tokensMatched < MIN_TOLERANT_MATCH * report.tokens
}
