import type { ByteStream } from '../../src/network/byte-stream.ts'
import { createPeerStream } from '../../src/network/peer-stream.ts'
import { createAskPayments } from '../../src/participant/ask-payments.ts'
import { createMoney } from '../../src/participant/money.ts'
import type {
  Chain,
  Clock,
  MoneyBook,
  Network,
  Random,
  SessionKey,
  VerifySignature,
} from '../../src/participant/ports.ts'
import { type JobTerms, requestLeg } from '../../src/participant/request-leg.ts'
import { serveJob } from '../../src/participant/serve-job.ts'
import { basePrice } from '../../src/protocol/channel/base-price.ts'
import { outputCharge, promptCharge } from '../../src/protocol/channel/payment-terms.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { receiptDigest } from '../../src/protocol/receipt/typed-data.ts'
import { GREEDY } from '../../tools/greedy.ts'
import { createScriptedEngine, SCRIPTED_STOP_ID, scriptedCell } from '../doubles/scripted-engine.ts'
import type { JobPlan } from './paid-page.ts'

const MODEL_ROOT = '5c'.repeat(32)
/** Of which a leg and its payment read where, who, what and for how much. */
const OFFER = {
  version: 2,
  peerId: 'the other side',
  tokensPerSecond: 100,
  contextTokens: 512,
  busy: false,
  expiresAt: Number.MAX_SAFE_INTEGER,
} as const
const CONNECTION = { transport: 'memory', limited: false, remoteAddr: '/memory/bridge' } as const

export interface SidePorts {
  chain: Chain
  book: MoneyBook
  sessionKey: SessionKey
  verifySignature: VerifySignature
  random: Random
}

/** One participant, for as long as its page or process lives: its desks know what is owed and what is promised. */
export interface Side {
  /** Resolves to how it ended, whatever happened. */
  serve(bytes: ByteStream): Promise<string>
  ask(bytes: ByteStream, plan: JobPlan, onSegment: (tokens: number) => void): Promise<string>
}

/** The participant's own code, in the page and in Node alike. */
export function createSide({ chain, book, sessionKey, verifySignature, random }: SidePorts): Side {
  const logger = { info() {}, warn() {} }
  const ports = { sessionKey, clock: realClock, random, logger, verifySignature }
  const money = createMoney({ ...ports, openChain: async () => chain, moneyBook: book })
  const engine = createScriptedEngine({ modelRoot: MODEL_ROOT, beforeToken: oneTurn })
  const streamOver = (bytes: ByteStream) =>
    createPeerStream({ bytes, remotePeer: 'the other side', connection: CONNECTION, clock: realClock })

  return {
    async serve(bytes) {
      const stream = streamOver(bytes)
      try {
        const info = await engine.load({} as Parameters<typeof engine.load>[0])
        const jobPorts = { ...ports, engine, earn: await money.earnDesk() }
        const leg = await serveJob(
          jobPorts,
          info,
          stream,
          { onStart() {}, onTokens() {} },
          new AbortController().signal,
        )
        if (leg?.signed == null) return 'refused'
        const { receipt } = leg.signed
        await book.addReceipt({ digest: receiptDigest(receipt), tokens: receipt.tokenCount, isFree: false })
        return 'served'
      } catch (error) {
        stream.abort(error instanceof Error ? error : new Error(String(error)))
        return `lost: ${CodedError.dataOf(error, 'network/peer-lost').message}`
      }
    },

    async ask(bytes, { promptIds, maxTokens, providerKey }, onSegment) {
      const stream = streamOver(bytes)
      const price = basePrice(chain.network)
      const cell = scriptedCell(MODEL_ROOT)
      const terms: JobTerms = {
        version: 2,
        modelRoot: MODEL_ROOT,
        promptIds,
        resumedIds: [],
        sampler: GREEDY,
        maxTokens,
        stopIds: [SCRIPTED_STOP_ID],
        carriedSeed: null,
        requesterKey: sessionKey.publicKey,
      }
      const maxAmount = promptCharge(price, promptIds.length) + outputCharge(price, maxTokens)
      const payments = createAskPayments({ sessionKey, openPayDesk: () => money.payDesk() }, { maxAmount }, () => {})
      await payments.open()
      const { signal } = new AbortController()
      const offer = { ...OFFER, providerKey, price, cell }
      const { job } = await payments.payerOf(offer, terms, false, signal)
      // A leg opens one stream, and asks nothing else of the network.
      const network = { openStream: async () => stream } as Partial<Network> as Network
      const outcome = await requestLeg(
        { network, clock: realClock, random },
        offer,
        terms,
        job,
        { onConnected() {}, onTokens() {}, onPaid() {}, onSegment: ({ ids }) => onSegment(ids.length) },
        signal,
      )
      return 'message' in outcome ? `${outcome.kind}: ${outcome.message}` : outcome.kind
    },
  }
}

/** No heartbeats: the bridge itself says when a side is gone, and a slow machine is not a lost one. */
const realClock: Clock = {
  now: () => Date.now(),
  every: () => () => {},
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** A token takes a moment, as it would of a model, in which other things happen. */
function oneTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve)
  })
}
