import type { RejectedAttempt } from '../../stores/index.ts'
import { isReason, reasonInWords } from './reason-wording.ts'

/** "Another peer's answer was rejected" and why, without code or id. */
export function rejectedInWords(attempt: RejectedAttempt): string {
  const reason = isReason(attempt.code) ? reasonInWords(attempt.code) : attempt.message
  // How many of a committee found it wrong is only in the attempt's own words.
  const counted = attempt.code === 'audit/attested-fail' ? ` ${attempt.message}` : ''
  return `Another peer's answer was not used. ${reason}${counted}`
}
