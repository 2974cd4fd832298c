import type { Ed25519PrivateKey } from '@libp2p/interface'
import { createPeerIdentity, readPeerIdentity } from '../../src/network/peer-identity.ts'
import { keepSecret, SecretFileError } from '../secret-file/keep-secret.ts'

/**
 * The relay's Ed25519 key from `path`, created there (mode 0600) if the file does not exist. The key is the relay's address: pages
 * know it by its peer id, so a damaged file is an error and never silently replaced. Errors: SecretFileError.
 */
export async function loadRelayIdentity(path: string): Promise<Ed25519PrivateKey> {
  const stored = await keepSecret(path, createPeerIdentity)
  try {
    return await readPeerIdentity(stored)
  } catch (cause) {
    throw new SecretFileError(
      `${path} does not hold a relay identity (${cause instanceof Error ? cause.message : 'unreadable'}). ` +
        'Restore it from a backup, or remove it to get a new identity: pages that know the old one will no longer find this relay.',
      { cause },
    )
  }
}
