import { type BeaconErrorCode, CodedError } from '../protocol/errors.ts'

const TEXTS: Record<BeaconErrorCode, { message: string; nextStep: string }> = {
  'beacon/unreachable': {
    message: 'The randomness beacon cannot be reached, so nobody can be drawn to check this answer.',
    nextStep: 'Check your internet connection and ask again. The answer itself is not affected.',
  },
  'beacon/late': {
    message: 'The randomness beacon has not published the round that this draw rests on, although its time has passed.',
    nextStep: 'Check this device’s clock. If it is right, the beacon has stopped: ask again later.',
  },
  'beacon/malformed': {
    message: 'What answers in the place of the randomness beacon does not speak its language.',
    nextStep: 'Tell whoever runs this site: its beacon address is wrong, or the server there is broken.',
  },
  'beacon/other-chain': {
    message: 'The server answers for another randomness beacon than the one that this page names.',
    nextStep: 'Tell whoever runs this site: its beacon address and its beacon’s key do not belong together.',
  },
  'beacon/signature': {
    message: 'The server sent randomness that the beacon’s operators did not sign.',
    nextStep: 'Do not believe this server. Tell whoever runs this site.',
  },
}

export function beaconError(
  code: BeaconErrorCode,
  details: Record<string, string | number>,
  options?: { cause?: unknown },
): CodedError {
  return new CodedError({ code, ...TEXTS[code], details }, options)
}
