import { randomBytes } from 'node:crypto'
import { bytesEqual, concatBytes, taggedHash } from '../../src/protocol/hash.ts'
import { beaconSecretKey } from '../../src/protocol/selection/beacon-signature.ts'
import { keepSecret, SecretFileError } from '../secret-file/keep-secret.ts'

const SECRET_BYTES = 32

/** 48 bytes of randomness are reduced to a key without bias (FIPS 186-5, A.2.1). */
export function newBeaconSecret(): Uint8Array {
  return beaconSecretKey(randomBytes(48))
}

/**
 * The beacon's secret key from `path`, created there (mode 0600) if the file does not exist. The key is the beacon: draws that rest on the
 * old one could no longer be checked, so a damaged file is an error and never silently replaced. Errors: SecretFileError.
 */
export async function loadBeaconSecret(path: string): Promise<Uint8Array> {
  const stored = Uint8Array.from(await keepSecret(path, () => withChecksum(newBeaconSecret())))
  const secret = stored.slice(0, SECRET_BYTES)
  if (bytesEqual(stored, withChecksum(secret))) return secret
  throw new SecretFileError(
    `${path} does not hold a beacon’s secret key. Restore it from a backup, or remove it to get a new beacon: ` +
      'draws that rest on the old one can then no longer be checked.',
  )
}

/** Any 32 bytes are some key: only what stands beside it tells a damaged one. */
function withChecksum(secret: Uint8Array): Uint8Array {
  return concatBytes(secret, taggedHash('beacon-secret', secret))
}
