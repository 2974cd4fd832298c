import type { CheckErrorCode, ReceiptErrorCode } from '../../protocol/errors.ts'

type Reason = CheckErrorCode | ReceiptErrorCode

const REASONS: Record<Reason, string> = {
  'check/rows-mismatch':
    'The numbers inside the model differ from what this device computes: another model or another calculation made this text.',
  'check/token-rule': 'Its tokens do not follow from the model, the seed and the settings.',
  'check/other-cell':
    'Provider and checker are of different classes of device, whose last digits differ, so equality cannot be asked for.',
  'check/unavailable': 'This device could not re-compute the answer.',
  'receipt/signature': 'The signature does not belong to these contents.',
  'receipt/hash-chain': 'Tokens were changed after they had been committed.',
  'receipt/job-mismatch': 'The receipt belongs to another question.',
  'receipt/model-root': 'The receipt names another model than the one asked for.',
  'receipt/terms': 'The receipt states other settings than the ones asked for.',
  'receipt/finish': 'The receipt ends elsewhere than the answer does.',
  'receipt/malformed': 'The receipt cannot be read.',
  'receipt/missing': 'There is no receipt for the finished answer.',
}

/** Why something is not believed, as one sentence. */
export function reasonInWords(reason: Reason): string {
  return REASONS[reason]
}

export function isReason(code: string): code is Reason {
  return Object.hasOwn(REASONS, code)
}
