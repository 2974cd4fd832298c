import type { Locus, LocusLeg } from '../../src/participant/events.ts'
import type { EngineInfo } from '../../src/participant/ports.ts'
import { freeTerms } from '../../src/protocol/channel/payment-terms.ts'
import type { Cell } from '../../src/protocol/evidence/cell.ts'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import type { Bundle } from '../../src/protocol/receipt/bundle.ts'
import { segmentFindings } from './sample-findings.ts'

/** Values of the shapes and sizes that the real parts make. The pictures of the gallery show these, never a measurement. */
export const PEER = '12D3KooWLRPJAA5o6NnYfMhxkqPvC3hGQ9DzYwTqkXh2e4sDQxx7'
export const OTHER_PEER = '12D3KooWQYzkk8rG5nWb1tFvGs9oZ2uJ6XcPjH7mLaDqT3iVn9Kd'

export const WASM_CELL: Cell = {
  provider: 'wasm',
  vendor: '',
  architecture: '',
  browser: '',
  ortVersion: '1.30.0',
  threads: 1,
  precision: 'q4-f32',
  prefillChunk: 64,
  exactness: { kind: 'window', rows: 2 },
  modelRoot: '7c'.repeat(32),
  graphHash: 'a4'.repeat(32),
  transformVersion: 1,
}

export const WEBGPU_CELL: Cell = {
  ...WASM_CELL,
  provider: 'webgpu',
  vendor: 'apple',
  architecture: 'metal-3',
  browser: 'chromium 156',
  precision: 'q4f16',
  exactness: { kind: 'replay' },
}

const STEPS = [
  'Prefill of 8 tokens',
  'Prefill of 31 tokens',
  'Prefill of 32 tokens',
  'Prefill of 33 tokens',
  'Prefill of 64 tokens',
  'Decode after it',
]

export const ENGINE: EngineInfo = {
  cell: WASM_CELL,
  path: { kind: 'packed', note: 'Several answers share one run.' },
  slots: 8,
  selfTests: [
    {
      provider: 'webgpu',
      steps: STEPS.map((name, i) => ({ name, passed: i < 2, maxDifference: i < 2 ? 1.2e-6 : 0.073 })),
      prefillChunk: 0,
      outcome: 'refused',
      summary: 'The GPU answered wrongly from 32 tokens on, so it is not used.',
    },
    {
      provider: 'wasm',
      steps: STEPS.map((name, i) => ({ name, passed: true, maxDifference: i === 0 ? 0 : 9.5e-7 })),
      prefillChunk: 64,
      outcome: 'passed',
      summary: 'The processor answered all six questions correctly.',
    },
  ],
  tokensPerSecond: 83,
  contextTokens: 512,
  vocabularySize: 4_096,
  hiddenSize: 192,
  stopIds: [0],
}

export const OPENING = 'Once upon a time there was an old cat who'

export const STORY =
  ' lived all alone in a little house at the edge of the Green Forest. Every morning she sat upon the doorstep and washed her face, and every evening she looked up at the round, red moon.\n\n“Dear me,” said she one day, “how very quiet it is! I wish that somebody would come to tea.”\n\nNow it happened that Danny Meadow Mouse was hiding under that very doorstep, and he heard every word.'

export function leg(changes: Partial<LocusLeg> = {}): LocusLeg {
  return {
    peerId: PEER,
    providerKey: '5e'.repeat(64),
    cell: WASM_CELL,
    connection: { transport: 'webrtc', limited: false, remoteAddr: '/webrtc' },
    firstToken: 0,
    tokens: 96,
    receipt: true,
    ...changes,
  }
}

export function report(changes: Partial<CheckReport> = {}): CheckReport {
  return {
    exactPair: true,
    tokens: 96,
    tokensMatched: 96,
    firstTokenMismatch: null,
    firstChosen: null,
    firstDifference: null,
    tokensNotKept: 0,
    meanMargin: 0,
    maxMargin: 0,
    segments: segmentFindings(true, true, true),
    probes: [],
    elapsedMs: 412,
    ...changes,
  }
}

export function locus(changes: Partial<Locus> = {}): Locus {
  return {
    jobId: 'd1'.repeat(32),
    legs: [leg()],
    checkedBy: { kind: 'this-device', cell: WASM_CELL },
    own: { verdict: 'pass' },
    verdict: { verdict: 'pass' },
    settledBy: 'own-equality',
    report: report(),
    audits: [],
    auditNote: 'Nobody else is online who could check it.',
    stakeNote: null,
    ...changes,
  }
}

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value)
const SAMPLER = { temperatureMilli: 800, topK: 40, topPMilli: 950 }

export const BUNDLE: Bundle = {
  version: 2,
  kind: 'locus-evidence',
  legs: [
    {
      request: {
        version: 2,
        modelRoot: '7c'.repeat(32),
        promptIds: [1, 2, 3],
        resumedIds: [],
        sampler: SAMPLER,
        maxTokens: 96,
        stopIds: [0],
        seedCommitment: bytes(32, 1),
        carriedSeed: null,
        requesterKey: bytes(64, 2),
        payment: freeTerms(bytes(64, 2), bytes(64, 0x5e)),
      },
      accept: { providerNonce: bytes(32, 3), providerKey: bytes(64, 0x5e), cell: WASM_CELL },
      requesterShare: bytes(32, 4),
      segments: [],
      signed: {
        receipt: {
          jobId: bytes(32, 0xd1),
          modelRoot: bytes(32, 0x7c),
          cell: bytes(32, 5),
          promptHash: bytes(32, 6),
          outputHash: bytes(32, 7),
          firstToken: 0,
          tokenCount: 96,
          finish: 'length',
          seed: bytes(32, 8),
          sampler: SAMPLER,
          requesterKey: bytes(64, 2),
          providerKey: bytes(64, 0x5e),
          issuedAt: 1_790_000_000_000,
        },
        signature: bytes(64, 9),
      },
    },
  ],
  audits: [],
}
