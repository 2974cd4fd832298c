import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { createPeerIdentity, readPeerIdentity } from '../../src/network/peer-identity.ts'

/** The identity file cannot be used; the message says what the operator can do. */
export class RelayIdentityError extends Error {
  override readonly name = 'RelayIdentityError'
}

/**
 * The relay's Ed25519 key from `path`, created there (mode 0600) if the file does not exist. The key is the relay's address: pages
 * know it by its peer id, so a damaged file is an error and never silently replaced. Errors: RelayIdentityError.
 */
export async function loadRelayIdentity(path: string): Promise<Ed25519PrivateKey> {
  const stored = (await readIfPresent(path)) ?? (await create(path))
  try {
    return await readPeerIdentity(stored)
  } catch (cause) {
    throw new RelayIdentityError(
      `${path} does not hold a relay identity (${cause instanceof Error ? cause.message : 'unreadable'}). ` +
        'Restore it from a backup, or remove it to get a new identity: pages that know the old one will no longer find this relay.',
      { cause },
    )
  }
}

async function readIfPresent(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return null
    throw new RelayIdentityError(`${path} cannot be read. Check its owner and its permissions.`, { cause })
  }
}

/** Written in full under another name first, then linked: a crash leaves no half key, and two relays starting at once agree. */
async function create(path: string): Promise<Uint8Array> {
  const identity = await createPeerIdentity()
  const draft = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(identity)
      await file.sync()
    } finally {
      await file.close()
    }
    try {
      await link(draft, path)
      return identity
    } catch (cause) {
      if (isCode(cause, 'EEXIST')) return await readFile(path)
      throw cause
    } finally {
      await unlink(draft)
    }
  } catch (cause) {
    throw new RelayIdentityError(
      `The relay identity cannot be written to ${path}. Check that the folder is writable.`,
      { cause },
    )
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
