import type { Statistics } from '../../../simulation/statistics.ts'

/** Invented and fixed, so that what a bench measures does not decide whether a rule is tested: in the order of what a GPU would show. */
export const PLAIN_STATISTICS: Statistics = {
  version: 1,
  source: 'invented for tests',
  segmentsPerAnswer: 8,
  checkShare: 0.03,
  flipRate: 1e-5,
  honestPairs: [
    {
      pair: 'far apart',
      scores: [
        [0, 0.02],
        [0.5, 0.24],
        [0.99, 0.45],
        [1, 0.95],
      ],
    },
    {
      pair: 'close',
      scores: [
        [0, 0.01],
        [0.5, 0.12],
        [0.99, 0.38],
        [1, 0.8],
      ],
    },
  ],
  cheats: {
    'other-model': cheat(0.9, 'rows', 2.5, 4, 12),
    'cheap-precision': cheat(0.5, 'rows', 0.6, 1.4, 3.5),
    'edited-prompt': cheat(0.2, 'rows', 1.2, 3, 6),
    'wrong-seed': cheat(0.6, 'tokens', 1.5, 3, 6),
    'prefill-spoof': cheat(0.85, 'tokens', 2, 3.5, 8),
    'constant-guess': cheat(0.95, 'rows', 3.5, 5, 8),
    'copied-evidence': cheat(0.95, 'rows', 3.5, 5, 8),
    'null-evidence': cheat(0.95, 'rows', 4, 4, 4),
    'random-tokens': cheat(0.97, 'tokens', 3.5, 5, 8),
  },
}

function cheat(
  saved: number,
  differsIn: 'rows' | 'tokens',
  least: number,
  median: number,
  most: number,
): Statistics['cheats'][string] {
  return {
    saved,
    differsIn,
    scores: [
      [0, least],
      [0.5, median],
      [1, most],
    ],
  }
}
