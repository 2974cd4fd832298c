import type { BundleCheckState } from '../../../src/stores/index.ts'
import { leg, locus, OPENING, report, STORY } from '../../doubles/sample-locus.ts'
import type { Scene } from './scene.ts'

const IMPORTED_LEG = leg({ connection: null })

function checkScene(name: string, state: BundleCheckState | null): Scene {
  return {
    name,
    route: 'check',
    play: ({ check }) => {
      if (state === null) return
      check.apply({ type: 'imported', id: 'c', fileName: 'locus-evidence-d1d1d1d1.json' })
      check.apply({ type: 'state', id: 'c', state })
    },
  }
}

export const CHECK_SCENES: Scene[] = [
  checkScene('check-empty', null),
  checkScene('check-running', { state: 'checking' }),
  checkScene('check-pass', { state: 'done', locus: locus({ legs: [IMPORTED_LEG] }), text: STORY, prompt: OPENING }),
  checkScene('check-fail', {
    state: 'done',
    prompt: OPENING,
    text: STORY,
    locus: locus({
      legs: [IMPORTED_LEG],
      report: report({ tokensMatched: 61, firstTokenMismatch: 33 }),
      verdict: { verdict: 'fail', reason: 'check/token-rule', segment: 1, statistic: '61/96 tokens' },
    }),
  }),
  checkScene('check-invalid', {
    state: 'invalid',
    error: {
      code: 'receipt/signature',
      message: 'The signature does not belong to these contents: something was changed after signing.',
      nextStep: 'Ask whoever gave you this file for the original.',
    },
  }),
]
