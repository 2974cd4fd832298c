import type { BundleCheckState, CheckSource, Locus } from '../../../src/stores/index.ts'
import { hashOfEvidence } from '../../../src/ui/route.ts'
import { audit, CONDEMNED } from '../../doubles/sample-audits.ts'
import { leg, locus, OPENING, PEER, report, STORY } from '../../doubles/sample-locus.ts'
import type { Scene } from './scene.ts'
import { lookedBehind } from './stake-of-answer.ts'

const IMPORTED_LEG = leg({ connection: null })
const LINK = { peerId: PEER, hash: 'd1'.repeat(32) }
const FILE: CheckSource = { kind: 'file', name: 'locus-evidence-d1d1d1d1.json' }
const SIGNED = { verifierKey: '2b'.repeat(64), json: '{}' }

function checkScene(name: string, state: BundleCheckState | null, source: CheckSource = FILE): Scene {
  return {
    name,
    route: 'check',
    play: ({ check }) => {
      if (state === null) return
      check.apply({ type: 'imported', id: 'c', source })
      check.apply({ type: 'state', id: 'c', state })
    },
  }
}

function done(changes: Partial<Locus>, attestation: typeof SIGNED | null = SIGNED): BundleCheckState {
  const seen = locus({ legs: [IMPORTED_LEG], auditNote: 'Nobody else has attested to this answer.', ...changes })
  return { state: 'done', locus: seen, text: STORY, prompt: OPENING, attestation }
}

const WRONG_TOKENS = { verdict: 'fail', reason: 'check/token-rule', segment: 1, statistic: '61/96 tokens' } as const

export const CHECK_SCENES: Scene[] = [
  checkScene('check-empty', null),
  checkScene('check-running', { state: 'checking' }),
  { ...checkScene('check-link', null), hash: hashOfEvidence(LINK) },
  { ...checkScene('check-link-broken', null), hash: hashOfEvidence(LINK).slice(0, -9) },
  {
    ...checkScene('check-fetching', { state: 'fetching' }, { kind: 'link', ...LINK }),
    hash: hashOfEvidence(LINK),
  },
  checkScene('check-pass', done({})),
  checkScene('check-audited', done({ audits: [audit()], auditNote: null }), { kind: 'link', ...LINK }),
  {
    ...checkScene('check-staked', null),
    play: (stores) => {
      const state = done({ legs: [leg({ peerId: '', connection: null })] })
      checkScene('', state).play(stores)
      if (state.state === 'done') lookedBehind(stores, state.locus)
    },
  },
  checkScene(
    'check-fail',
    done({
      report: report({ tokensMatched: 61, firstTokenMismatch: 33 }),
      own: WRONG_TOKENS,
      verdict: WRONG_TOKENS,
    }),
  ),
  checkScene('check-condemned', done({ ...CONDEMNED, legs: [IMPORTED_LEG] }, null)),
  checkScene('check-invalid', {
    state: 'invalid',
    error: {
      code: 'receipt/signature',
      message: 'The signature does not belong to these contents: something was changed after signing.',
      nextStep: 'Ask whoever gave you this file for the original.',
    },
  }),
  {
    ...checkScene(
      'check-gone',
      {
        state: 'invalid',
        error: {
          code: 'evidence/missing',
          message: 'The other participant does not hold this evidence.',
          nextStep: 'Ask whoever sent you the link for a new one, or for the file.',
        },
      },
      { kind: 'link', ...LINK },
    ),
    hash: hashOfEvidence(LINK),
  },
]
