import type { AuditErrorCode, CheckErrorCode, ReceiptErrorCode } from '../../protocol/errors.ts'

type Reason = AuditErrorCode | CheckErrorCode | ReceiptErrorCode

const REASONS: Record<Reason, string> = {
  'check/rows-mismatch':
    'The numbers inside the model differ from what this device computes: another model or another calculation made this text.',
  'check/token-rule': 'Its tokens do not follow from the model, the seed and the settings.',
  'check/commitment':
    'The largest numbers inside the model are further from those of this device than honest devices of these two kinds ever were.',
  'check/margins': 'Its tokens stray from the model further than honest devices of these two kinds ever did.',
  'check/not-kept': 'It holds tokens that the model and the settings do not allow.',
  'check/other-cell':
    'Provider and checker are of different classes of device, whose last digits differ, and nobody has measured yet how far apart honest ones are.',
  'check/disputed': 'Those who computed it again do not agree, and neither side has enough voices.',
  'check/unavailable': 'This device could not re-compute the answer.',
  'receipt/signature': 'The signature does not belong to these contents.',
  'receipt/hash-chain': 'Tokens were changed after they had been committed.',
  'receipt/job-mismatch': 'The receipt belongs to another question.',
  'receipt/model-root': 'The receipt names another model than the one asked for.',
  'receipt/terms': 'The receipt states other settings than the ones asked for.',
  'receipt/finish': 'The receipt ends elsewhere than the answer does.',
  'receipt/malformed': 'The receipt cannot be read.',
  'receipt/missing': 'There is no receipt for the finished answer.',
  'audit/other-answer': 'The audit was called for another answer.',
  'audit/signature': 'A signature in the audit does not belong to its contents.',
  'audit/roster': 'The list of those who could be drawn is not the one that was signed before the draw.',
  'audit/unknown-beacon': 'The draw rests on a source of chance that this page does not know.',
  'audit/beacon': 'The number that drew the verifiers is not one that its source signed after the call.',
  'audit/not-drawn': 'Somebody who was not drawn speaks in the audit.',
  'audit/expired': 'The call was made at another time than the verifier’s clock shows.',
  'audit/commitment': 'A verdict is not the one that its verifier had committed to.',
  'audit/probes': 'A verdict comes without numbers that only somebody who computed could know.',
  'audit/contradiction': 'A verdict says something else than the numbers that were signed with it.',
  'audit/busy': 'The verifier had no room for another check.',
  'audit/bad-message': 'The verifier sent something that does not belong in this protocol.',
  'audit/silent': 'The verifier did not answer in time.',
  'audit/attested-fail': 'Verifiers drawn by lot found that the answer does not follow from the model.',
}

/** Why something is not believed, as one sentence. */
export function reasonInWords(reason: Reason): string {
  return REASONS[reason]
}

export function isReason(code: string): code is Reason {
  return Object.hasOwn(REASONS, code)
}
