import { CodedError, type EvidenceErrorCode } from '../protocol/errors.ts'

const TEXTS: Record<EvidenceErrorCode, { message: string; nextStep: string }> = {
  'evidence/missing': {
    message: 'The other participant does not hold this evidence.',
    nextStep: 'Nothing to do: evidence is kept for some minutes only. Ask who called the audit, or open a saved file.',
  },
  'evidence/too-large': {
    message: 'The evidence is larger than any evidence bundle may be.',
    nextStep: 'Nothing to do: it is not fetched.',
  },
  'evidence/bad-message': {
    message: 'The other participant sent parts of evidence that do not fit together.',
    nextStep: 'Nothing to do: what had come was thrown away.',
  },
  'evidence/wrong-bytes': {
    message: 'The other participant sent something else than the evidence that was asked for.',
    nextStep: 'Nothing to do: it was thrown away unread.',
  },
  'evidence/too-slow': {
    message: 'The evidence did not come in time.',
    nextStep: 'Try again, or ask whoever made the answer for its evidence as a file.',
  },
}

export function evidenceError(code: EvidenceErrorCode, details: Record<string, number> = {}): CodedError {
  return new CodedError({ code, ...TEXTS[code], details })
}
