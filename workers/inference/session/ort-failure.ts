import { CodedError, type ErrorData } from '../../../src/protocol/errors.ts'

/** ORT's reasons can be pages long. */
const MAX_REASON_CHARACTERS = 300

/** ORT throws plain errors; being out of memory is the one kind that a person can do something else about. */
export function ortFailure(cause: unknown, otherwise: (reason: string) => ErrorData): CodedError {
  if (cause instanceof CodedError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (/out of memory|bad_alloc|(failed to|could not) allocate/i.test(reason)) {
    return new CodedError(
      {
        code: 'engine/out-of-memory',
        message: 'This device has too little free memory for the model.',
        nextStep: 'Close other tabs, or choose a smaller model.',
      },
      { cause },
    )
  }
  return new CodedError(otherwise(reason.slice(0, MAX_REASON_CHARACTERS)), { cause })
}
