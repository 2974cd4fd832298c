import { answerKeys, type Locus, type Stores } from '../../../src/stores/index.ts'
import { audit, committee, SILENT_VERIFIER, TOLERANT_VERIFIER, verifier } from '../../doubles/sample-audits.ts'
import { segmentFindings } from '../../doubles/sample-findings.ts'
import { BUNDLE, leg, locus, OPENING, OTHER_PEER, report, STORY, WEBGPU_CELL } from '../../doubles/sample-locus.ts'
import type { Scene } from './scene.ts'
import { lookedBehind } from './stake-of-answer.ts'

const ASKED_AT = 1_790_000_000_000

/** An accepted answer with this locus, on the screen of whoever asked. */
function locusScene(name: string, changes: Partial<Locus>): Scene {
  const play = ({ ask, app }: Stores): void => {
    const settings = { temperatureMilli: 800, maxTokens: 96, payment: null }
    const state = { state: 'accepted', locus: locus(changes), finish: 'length', bundle: BUNDLE } as const
    app.apply({ type: 'thresholds', version: '4f'.repeat(32) })
    ask.apply({ type: 'asked', id: 'a', prompt: OPENING, settings, at: ASKED_AT })
    ask.apply({ type: 'event', id: 'a', at: ASKED_AT + 900, event: { type: 'text', text: STORY } })
    ask.apply({ type: 'event', id: 'a', at: ASKED_AT + 7_300, event: { type: 'state', state } })
  }
  return { name, route: 'ask', play }
}

/** The same, where the site names a chain. */
function stakedScene(name: string, changes: Partial<Locus>): Scene {
  const scene = locusScene(name, changes)
  const play = (stores: Stores): void => {
    scene.play(stores)
    lookedBehind(stores, locus(changes))
  }
  return { ...scene, play }
}

const TOLERANT = {
  legs: [leg({ cell: WEBGPU_CELL })],
  report: report({
    exactPair: false,
    tokensMatched: 95,
    firstTokenMismatch: 41,
    maxMargin: 0.0031,
    meanMargin: 0.00002,
    segments: segmentFindings(false, false, false),
  }),
}

const ALARMED = audit({
  verifiers: [verifier({ outcome: 'fail', reason: 'check/rows-mismatch' }), TOLERANT_VERIFIER],
})

export const LOCUS_SCENES: Scene[] = [
  locusScene('audited', { audits: [audit()], auditNote: null }),
  locusScene('audited-weighted', {
    audits: [
      audit({
        isWeighted: true,
        verifiers: [verifier({ stake: 1_250_500_000 }), { ...TOLERANT_VERIFIER, stake: 1, drawKey: 0.2717 }],
      }),
    ],
    auditNote: null,
    stakeNote: null,
  }),
  locusScene('audited-stakes-unknown', {
    audits: [audit()],
    auditNote: null,
    stakeNote: 'The chain did not say in time what anybody has staked.',
  }),
  stakedScene('audited-staked', { audits: [audit()], auditNote: null }),
  {
    ...stakedScene('audited-stake-unread', {}),
    play: (stores) => {
      stakedScene('', { audits: [audit()], auditNote: null }).play(stores)
      const error = {
        code: 'chain/unreachable',
        message: 'The chain does not answer.',
        nextStep: 'Check your connection, then try again.',
      } as const
      stores.stake.apply({ type: 'not-behind', keys: answerKeys(locus()).map(({ key }) => key), error })
    },
  },
  locusScene('audited-two-legs', {
    legs: [leg({ peerId: OTHER_PEER, tokens: 32, receipt: false }), leg({ firstToken: 32, tokens: 64 })],
    audits: [audit({ verifiers: [verifier(), SILENT_VERIFIER] })],
    auditNote: null,
  }),
  locusScene('audited-many-legs', {
    legs: [0, 32, 64].map((firstToken) => leg({ firstToken, tokens: 32 })),
    audits: [
      audit({ verifiers: [verifier({ outcome: 'faulty', reason: 'audit/probes' }), verifier({ verifierKey: 'e0' })] }),
    ],
    auditNote: null,
  }),
  locusScene('not-drawn', {
    audits: [audit({ isDrawn: false, rateMillionths: 50_000, verifiers: [] })],
    auditNote: null,
  }),
  locusScene('by-limits', { ...TOLERANT, settledBy: 'own-thresholds' }),
  locusScene('by-others', {
    checkedBy: { kind: 'nobody', reason: 'This device has not enough memory for the model.' },
    report: null,
    own: { verdict: 'inconclusive', reason: 'check/unavailable', statistic: '' },
    settledBy: 'attestations',
    audits: [audit({ verifiers: [verifier(), SILENT_VERIFIER] })],
    auditNote: null,
  }),
  locusScene('committee-cleared', {
    ...TOLERANT,
    own: { verdict: 'fail', reason: 'check/margins', segment: 1, statistic: '1.4 times the honest limit' },
    settledBy: 'committee',
    audits: [audit(), committee(1)],
    auditNote: null,
  }),
  locusScene('disputed', {
    ...TOLERANT,
    own: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '95/96 tokens' },
    verdict: { verdict: 'inconclusive', reason: 'check/disputed', statistic: '7 of 15 found it right, 7 wrong' },
    settledBy: 'nobody',
    audits: [ALARMED, committee(7)],
    auditNote: null,
  }),
  locusScene('alarm-unheard', {
    audits: [ALARMED],
    auditNote: 'Nobody else is online who could check it.',
  }),
  locusScene('audit-fault', {
    audits: [audit({ fault: { code: 'audit/beacon', message: 'The beacon did not sign this round.' } })],
    auditNote: null,
  }),
]
