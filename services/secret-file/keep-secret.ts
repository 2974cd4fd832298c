import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file with a secret cannot be used; the message says what the operator can do. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError'
}

/**
 * The secret in `path`, or, if there is no such file, what `make` gives, kept there (mode 0600). What is read is not looked at: the caller
 * says whether it is what it should be, and never replaces it. Errors: SecretFileError.
 */
export async function keepSecret(path: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> {
  return (await readIfPresent(path)) ?? (await create(path, await make()))
}

async function readIfPresent(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return null
    throw new SecretFileError(`${path} cannot be read. Check its owner and its permissions.`, { cause })
  }
}

/** Written in full under another name first, then linked: a crash leaves no half secret, and two programs starting at once agree. */
async function create(path: string, secret: Uint8Array): Promise<Uint8Array> {
  const draft = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(secret)
      await file.sync()
    } finally {
      await file.close()
    }
    try {
      await link(draft, path)
      return secret
    } catch (cause) {
      if (isCode(cause, 'EEXIST')) return await readFile(path)
      throw cause
    } finally {
      await unlink(draft)
    }
  } catch (cause) {
    throw new SecretFileError(`A new secret cannot be written to ${path}. Check that the folder is writable.`, {
      cause,
    })
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
