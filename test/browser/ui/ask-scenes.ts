import type { AskEvent } from '../../../src/participant/events.ts'
import type { AskState, Stores } from '../../../src/stores/index.ts'
import { CONDEMNED } from '../../doubles/sample-audits.ts'
import { segmentFindings } from '../../doubles/sample-findings.ts'
import {
  BUNDLE,
  leg,
  locus,
  OPENING,
  OTHER_PEER,
  PEER,
  report,
  STORY,
  WEBGPU_CELL,
} from '../../doubles/sample-locus.ts'
import type { Scene } from './scene.ts'
import { PAYMENT, withChain } from './stake-scenes.ts'

const ASKED_AT = 1_790_000_000_000
const SIGNED = { verifierKey: '2b'.repeat(64), json: '{}' }
const DIRECT = { transport: 'webrtc', limited: false, remoteAddr: '/webrtc' } as const

function asked(stores: Stores, ...events: AskEvent[]): void {
  const settings = { temperatureMilli: 800, maxTokens: 96, payment: null }
  stores.ask.apply({ type: 'asked', id: 'a', prompt: OPENING, settings, at: ASKED_AT })
  events.forEach((event, i) => {
    stores.ask.apply({ type: 'event', id: 'a', at: ASKED_AT + 800 * (i + 1), event })
  })
}

function state(next: AskState): AskEvent {
  return { type: 'state', state: next }
}

const text = (part = STORY): AskEvent => ({ type: 'text', text: part })
const streaming = state({ state: 'streaming', peerId: PEER, connection: DIRECT, tokens: 71, committed: 64, legs: 1 })
const accepted = state({ state: 'accepted', locus: locus(), finish: 'length', bundle: BUNDLE })
const rejected: AskEvent = {
  type: 'rejected',
  attempt: {
    peerId: OTHER_PEER,
    code: 'check/token-rule',
    message: 'The tokens do not follow from the model.',
    locus: null,
    bundle: null,
  },
}
const condemned: AskEvent = {
  type: 'rejected',
  attempt: {
    peerId: OTHER_PEER,
    code: 'audit/attested-fail',
    message: 'Its answer did not survive the check: 1 of 15 found it right, 13 wrong.',
    locus: CONDEMNED,
    bundle: BUNDLE,
  },
}

export const ASK_SCENES: Scene[] = [
  { name: 'ask-empty', route: 'ask', play: () => undefined },
  {
    name: 'finding',
    route: 'ask',
    play: (stores) =>
      asked(
        stores,
        state({ state: 'finding', since: ASKED_AT, reason: 'Nobody is contributing this model right now.' }),
      ),
  },
  { name: 'streaming', route: 'ask', play: (stores) => asked(stores, streaming, text(STORY.slice(0, 210))) },
  {
    name: 'checking',
    route: 'ask',
    play: (stores) => asked(stores, streaming, text(), state({ state: 'checking' })),
  },
  {
    name: 'drawing',
    route: 'ask',
    play: (stores) =>
      asked(stores, streaming, text(), state({ state: 'drawing', round: 32_402_118, dueAt: Date.now() + 2_600 })),
  },
  {
    name: 'attesting',
    route: 'ask',
    play: (stores) =>
      asked(stores, streaming, text(), state({ state: 'attesting', verifiers: 3, committed: 2, revealed: 1 })),
  },
  { name: 'accepted', route: 'ask', play: (stores) => asked(stores, streaming, text(), accepted) },
  {
    name: 'accepted-two-legs',
    route: 'ask',
    play: (stores) => {
      const legs = [leg({ peerId: OTHER_PEER, tokens: 32, receipt: false }), leg({ firstToken: 32, tokens: 64 })]
      asked(
        stores,
        state({ state: 'resuming', from: 32, lostPeer: OTHER_PEER }),
        text(),
        state({ state: 'accepted', locus: locus({ legs }), finish: 'length', bundle: BUNDLE }),
      )
      const done = { state: 'done', locus: locus({ legs }), text: STORY, prompt: OPENING, attestation: SIGNED } as const
      stores.ask.apply({ type: 'recheck', id: 'a', check: done })
    },
  },
  {
    name: 'inconclusive',
    route: 'ask',
    play: (stores) => {
      const found = report({
        exactPair: false,
        tokensMatched: 94,
        firstTokenMismatch: 41,
        maxMargin: 0.0031,
        meanMargin: 0.00002,
        segments: segmentFindings(false, false, false),
      })
      const unsure = locus({
        legs: [leg({ cell: WEBGPU_CELL })],
        report: found,
        own: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '94/96 tokens' },
        verdict: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '94/96 tokens' },
        settledBy: 'nobody',
      })
      asked(stores, text(), state({ state: 'accepted', locus: unsure, finish: 'length', bundle: BUNDLE }))
    },
  },
  {
    name: 'rejected-then-accepted',
    route: 'ask',
    play: (stores) => asked(stores, rejected, streaming, text(), accepted),
  },
  {
    name: 'rejected-by-committee',
    route: 'ask',
    play: (stores) => asked(stores, condemned, streaming, text(), accepted),
  },
  {
    name: 'two-answers',
    route: 'ask',
    play: (stores) => {
      asked(stores, streaming, text(), accepted)
      const settings = { temperatureMilli: 0, maxTokens: 192, payment: null }
      const prompt = 'One cold night the fox looked up at the moon and said,'
      stores.ask.apply({ type: 'asked', id: 'b', prompt, settings, at: ASKED_AT })
      stores.ask.apply({ type: 'event', id: 'b', at: ASKED_AT, event: streaming })
      stores.ask.apply({ type: 'event', id: 'b', at: ASKED_AT, event: text(' “I am hungry.”') })
    },
  },
  {
    name: 'ask-with-chain',
    route: 'ask',
    play: withChain,
  },
  {
    name: 'streaming-paid',
    route: 'ask',
    play: (stores) => {
      withChain(stores)
      const settings = { temperatureMilli: 800, maxTokens: 96, payment: { maxAmount: PAYMENT.maxAmount } }
      stores.ask.apply({ type: 'asked', id: 'a', prompt: OPENING, settings, at: ASKED_AT })
      for (const event of [streaming, text(STORY.slice(0, 210)), { type: 'payment', payment: PAYMENT } as const]) {
        stores.ask.apply({ type: 'event', id: 'a', at: ASKED_AT, event })
      }
    },
  },
  {
    name: 'accepted-paid',
    route: 'ask',
    play: (stores) => {
      withChain(stores)
      const settings = { temperatureMilli: 800, maxTokens: 96, payment: { maxAmount: PAYMENT.maxAmount } }
      stores.ask.apply({ type: 'asked', id: 'a', prompt: OPENING, settings, at: ASKED_AT })
      for (const event of [streaming, text(), { type: 'payment', payment: PAYMENT } as const, accepted]) {
        stores.ask.apply({ type: 'event', id: 'a', at: ASKED_AT, event })
      }
    },
  },
  {
    name: 'ask-failed',
    route: 'ask',
    play: (stores) =>
      asked(
        stores,
        rejected,
        state({
          state: 'failed',
          error: {
            code: 'job/aborted',
            message: 'Nobody gave an answer that could be believed.',
            nextStep: 'Ask again later, or open Contribute on another device.',
          },
        }),
      ),
  },
]
