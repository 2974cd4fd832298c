/** Every failure a user or a peer can meet has one of these codes; docs/errors.md lists them with their remedies. */
export type EngineErrorCode =
  | 'engine/no-provider'
  | 'engine/self-test-failed'
  | 'engine/model-unreadable'
  | 'engine/model-unsupported'
  | 'engine/context-overflow'
  | 'engine/aborted'
  | 'engine/busy'
  | 'engine/device-lost'
  | 'engine/out-of-memory'
  | 'engine/worker-stuck'
  | 'engine/version-mismatch'
  | 'engine/not-loaded'
  | 'engine/run-failed'
  | 'engine/template-stuck'

export type ModelErrorCode =
  | 'model/unknown'
  | 'model/manifest-invalid'
  | 'model/root-mismatch'
  | 'model/chunk-corrupt'
  | 'model/truncated'
  | 'model/download-failed'
  | 'model/cancelled'
  | 'model/quota'
  | 'model/storage-unavailable'
  | 'model/file-corrupt'
  | 'model/file-too-large'
  | 'model/lfs-pointer'
  | 'model/cors'
  | 'model/rate-limited'
  | 'model/data-cap'
  | 'model/data-saver'
  | 'model/not-on-hub'

export type NetworkErrorCode =
  | 'network/relay-unreachable'
  | 'network/peer-unreachable'
  | 'network/peer-lost'
  | 'network/frame-too-large'
  | 'network/deadline'
  | 'network/backlog'
  | 'network/closed'

export type JobErrorCode =
  | 'job/busy'
  | 'job/prompt-too-long'
  | 'job/prompt-empty'
  | 'job/model-not-served'
  | 'job/bad-message'
  | 'job/aborted'

/** Why a receipt, a segment or an evidence bundle is not believed. */
export type ReceiptErrorCode =
  | 'receipt/signature'
  | 'receipt/hash-chain'
  | 'receipt/job-mismatch'
  | 'receipt/model-root'
  | 'receipt/terms'
  | 'receipt/finish'
  | 'receipt/malformed'
  | 'receipt/missing'

/** Why a re-computation did not confirm an answer. */
export type CheckErrorCode =
  | 'check/rows-mismatch'
  | 'check/token-rule'
  | 'check/commitment'
  | 'check/margins'
  | 'check/not-kept'
  | 'check/disputed'
  | 'check/other-cell'
  | 'check/unavailable'

/** Why an audit, or a verifier's part in one, does not count. */
export type AuditErrorCode =
  | 'audit/other-answer'
  | 'audit/signature'
  | 'audit/roster'
  | 'audit/unknown-beacon'
  | 'audit/beacon'
  | 'audit/not-drawn'
  | 'audit/expired'
  | 'audit/commitment'
  | 'audit/probes'
  | 'audit/contradiction'
  | 'audit/busy'
  | 'audit/bad-message'
  | 'audit/silent'
  | 'audit/attested-fail'

/** Why evidence that was asked for by its hash did not come. */
export type EvidenceErrorCode =
  | 'evidence/missing'
  | 'evidence/too-large'
  | 'evidence/bad-message'
  | 'evidence/wrong-bytes'
  | 'evidence/too-slow'

/** Why a round of a randomness beacon is not known, or not believed. */
export type BeaconErrorCode =
  | 'beacon/unreachable'
  | 'beacon/late'
  | 'beacon/malformed'
  | 'beacon/other-chain'
  | 'beacon/signature'

/** Why something did not happen on the chain. */
export type ChainErrorCode =
  | 'chain/none'
  | 'chain/unreachable'
  | 'chain/wrong-chain'
  | 'chain/reverted'
  | 'chain/no-sponsor'
  | 'chain/sponsor-refused'
  | 'chain/not-mined'

/** Why the person's wallet could not be asked. That it was asked and declined is no error. */
export type WalletErrorCode =
  | 'wallet/none'
  | 'wallet/not-connected'
  | 'wallet/other-chain'
  | 'wallet/no-answer'
  | 'wallet/busy'
  | 'wallet/bad-signature'
  | 'wallet/failed'

/** Why work was not paid for, or a payment not taken. */
export type PaymentErrorCode =
  | 'payment/other-chain'
  | 'payment/price'
  | 'payment/channel'
  | 'payment/deposit'
  | 'payment/voucher'
  | 'payment/unpaid'
  | 'payment/cap'
  | 'payment/free-used-up'
  | 'payment/no-payee'

export type StorageErrorCode = 'storage/unavailable' | 'storage/corrupt' | 'lease/held-elsewhere' | 'lease/key-in-use'

export type ErrorCode =
  | EngineErrorCode
  | ModelErrorCode
  | NetworkErrorCode
  | JobErrorCode
  | ReceiptErrorCode
  | CheckErrorCode
  | AuditErrorCode
  | EvidenceErrorCode
  | BeaconErrorCode
  | ChainErrorCode
  | WalletErrorCode
  | PaymentErrorCode
  | StorageErrorCode

/** The part of an error that crosses threads and wires: plain data, no stack. */
export interface ErrorData {
  code: ErrorCode
  /** What happened, in one plain sentence. */
  message: string
  /** What the person (or the caller) can do next, in one plain sentence. */
  nextStep: string
  /** Small, serialisable facts: file, chunk, position. Never secrets, never prompt text. */
  details?: Record<string, string | number>
}

/** An error built from data, so that it survives `postMessage` and says what to do next. */
export class CodedError extends Error {
  override readonly name = 'CodedError'
  readonly code: ErrorCode
  readonly nextStep: string
  readonly details: Record<string, string | number>

  constructor(data: ErrorData, options?: { cause?: unknown }) {
    super(data.message, options)
    this.code = data.code
    this.nextStep = data.nextStep
    this.details = data.details ?? {}
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, nextStep: this.nextStep, details: this.details }
  }

  static is(error: unknown, code?: ErrorCode): error is CodedError {
    return error instanceof CodedError && (code === undefined || error.code === code)
  }

  /** Anything thrown becomes data; what carries no code of ours is filed under `fallback`. */
  static dataOf(error: unknown, fallback: ErrorCode): ErrorData {
    if (error instanceof CodedError) return error.toData()
    const message = error instanceof Error ? error.message : String(error)
    return { code: fallback, message, nextStep: 'Try again; if it happens again, reload the page.' }
  }
}
