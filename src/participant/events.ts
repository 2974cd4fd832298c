import type { SettledBy } from '../protocol/audit/conclude.ts'
import type { ErrorData } from '../protocol/errors.ts'
import type { Cell } from '../protocol/evidence/cell.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import type { Verdict } from '../protocol/evidence/judge.ts'
import type { FinishReason } from '../protocol/job/job.ts'
import type { Bundle } from '../protocol/receipt/bundle.ts'
import type { AnswerPayment } from './money-events.ts'
import type { ConnectionInfo, EngineInfo } from './ports.ts'

/** Where a contributor stands. One union: no two of these at once. */
export type ContributeState =
  | { state: 'idle' }
  | { state: 'downloading'; haveBytes: number; totalBytes: number }
  | { state: 'preparing'; stage: 'reading' | 'preparing' | 'compiling' | 'self-test'; fraction: number }
  | { state: 'connecting'; engine: EngineInfo }
  | { state: 'ready'; engine: EngineInfo }
  /** `tokens` of all jobs since it last had none, and how many come in a second. */
  | { state: 'serving'; engine: EngineInfo; jobs: number; tokensPerSecond: number; tokens: number }
  /** Not computing, and why, in one plain sentence. */
  | { state: 'paused'; engine: EngineInfo | null; reason: string; nextStep: string }
  | { state: 'failed'; error: ErrorData }

export interface ContributeTotals {
  jobs: number
  tokens: number
  /** Answers of others that this participant checked because it was drawn. */
  attestations: number
}

/** Who computed one part of an answer. */
export interface LocusLeg {
  /** Empty when the answer was imported from a bundle. */
  peerId: string
  /** Hex of the provider's session key, 64 bytes. */
  providerKey: string
  cell: Cell
  /** Null when the answer was imported: only its requester knew how it arrived. */
  connection: ConnectionInfo | null
  firstToken: number
  tokens: number
  /** Whether this provider signed a receipt, or only its segments before it went away. */
  receipt: boolean
}

/** One drawn verifier, and what came of it. */
export interface LocusVerifier {
  /** Hex of its session key, 64 bytes. */
  verifierKey: string
  peerId: string
  /** What it weighed, in millionths of one token: the word of whoever called the audit, as of then. */
  stake: number
  /** The number that drew it: the smaller, the sooner. */
  drawKey: number
  /** Null: it showed none. */
  cell: Cell | null
  /** Whether it could compare bit for bit with the provider. */
  isExact: boolean
  outcome: 'pass' | 'fail' | 'inconclusive' | 'silent' | 'faulty'
  /** Error code, or the empty string. */
  reason: string
}

/** One audit of an answer, as recomputed from its record. */
export interface LocusAudit {
  stage: 'lottery' | 'committee'
  beaconRound: number
  /** Unix milliseconds at which the round was due; null for a beacon that this page does not know. */
  drawnAt: number | null
  rateMillionths: number
  /** Those who could have been drawn. */
  candidates: number
  /** Whether some of them weigh more than others. */
  isWeighted: boolean
  /** Whether the lottery fell on this answer; always for a committee. */
  isDrawn: boolean
  verifiers: LocusVerifier[]
  /** What is wrong with how it was held; then nothing in it counts. */
  fault: { code: string; message: string } | null
}

/** For one answer: who computed, who checked, on what evidence, by which rule. */
export interface Locus {
  jobId: string
  legs: LocusLeg[]
  checkedBy: { kind: 'this-device'; cell: Cell } | { kind: 'nobody'; reason: string }
  /** What this device found by itself, whatever others attested. */
  own: Verdict
  /** Of the answer as a whole: one's own check, and what others attested. */
  verdict: Verdict
  /** On whose word it rests. */
  settledBy: SettledBy
  report: CheckReport | null
  audits: LocusAudit[]
  /** Why nobody else checked, in one plain sentence; null where somebody was asked. */
  auditNote: string | null
  /** Why stake weighed nothing in the draw, in one plain sentence; null where nothing kept it from weighing. */
  stakeNote: string | null
}

/** A provider whose answer was not believed, and by which code. */
export interface RejectedAttempt {
  peerId: string
  code: string
  message: string
  /** Of what it delivered, where that was enough to be looked at. */
  locus: Locus | null
  /** The evidence against it, to be kept or handed on. */
  bundle: Bundle | null
}

/** The life of one question, from the requester's side (protocol.md §2). */
export type AskState =
  | { state: 'finding'; since: number; reason: string }
  | { state: 'negotiating'; peerId: string }
  | { state: 'streaming'; peerId: string; connection: ConnectionInfo; tokens: number; committed: number; legs: number }
  /** The provider went silent; another one goes on from the last segment. */
  | { state: 'resuming'; from: number; lostPeer: string }
  | { state: 'checking' }
  /** Waiting for the number that nobody knows yet, which draws the verifiers. */
  | { state: 'drawing'; round: number; dueAt: number }
  | { state: 'attesting'; verifiers: number; committed: number; revealed: number }
  | { state: 'accepted'; locus: Locus; finish: FinishReason; bundle: Bundle }
  | { state: 'failed'; error: ErrorData }

export type AskEvent =
  | { type: 'state'; state: AskState }
  /** All text so far: it grows, except when a resumed leg replaces provisional text. */
  | { type: 'text'; text: string }
  | { type: 'rejected'; attempt: RejectedAttempt }
  /** With every voucher: what the answer has cost so far. */
  | { type: 'payment'; payment: AnswerPayment }

export type ContributeEvent = { type: 'state'; state: ContributeState } | { type: 'totals'; totals: ContributeTotals }

/** The outcome of "Check it yourself" on an imported bundle. */
export type BundleCheckState =
  | { state: 'reading' }
  /** From the participant who shared it. */
  | { state: 'fetching' }
  | { state: 'checking' }
  | {
      state: 'done'
      locus: Locus
      text: string
      prompt: string
      /** What this device found, signed; null where nothing was computed. `verifierKey` in hex, `json` a file. */
      attestation: { verifierKey: string; json: string } | null
    }
  | { state: 'invalid'; error: ErrorData }
