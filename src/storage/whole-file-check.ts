import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { bytesToHex } from '../protocol/hash.ts'
import { chunkCount, type PinnedFile } from '../protocol/model/hub-pin.ts'
import type { ChunkShelf, Sha256 } from './chunk-shelf.ts'

export type WholeFileVerdict = 'right' | 'wrong' | 'incomplete'

/**
 * The hash of a whole file, computed over what is on the disk while the rest arrives: WebCrypto cannot hash in pieces, and a hub
 * publishes one hash for a whole file. Each chunk is compared with the digest it was kept under before it counts.
 */
export interface WholeFileCheck {
  /** Hashes as far as the chunks are there, from the first on. Calls queue up. */
  advance(): Promise<void>
  /** `incomplete`: a chunk is missing, or was found changed on the disk and thrown away. */
  verdict(): WholeFileVerdict
}

export function createWholeFileCheck(
  shelf: ChunkShelf,
  file: number,
  pinned: PinnedFile,
  sha256OfChunk: Sha256,
): WholeFileCheck {
  const chunks = chunkCount(pinned.bytes)
  const hash = startHash(pinned)
  let next = 0
  let verdict: WholeFileVerdict = 'incomplete'
  let last: Promise<void> = Promise.resolve()

  async function goOn(): Promise<void> {
    for (let digest = shelf.digest(file, next); digest !== null && next < chunks; digest = shelf.digest(file, next)) {
      const bytes = await shelf.read(file, next)
      if (bytes === null || bytesToHex(await sha256OfChunk(bytes)) !== digest) {
        await shelf.remove(file, next)
        return
      }
      hash.update(bytes)
      next += 1
    }
    if (next === chunks && verdict === 'incomplete') {
      verdict = bytesToHex(hash.digest()) === pinned.hash.hex ? 'right' : 'wrong'
    }
  }

  return {
    advance() {
      last = last.then(goOn)
      return last
    },
    verdict: () => verdict,
  }
}

interface RunningHash {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array
}

function startHash({ hash, bytes }: PinnedFile): RunningHash {
  switch (hash.kind) {
    case 'sha256':
      return sha256.create()
    case 'git-sha1':
      // What Git calls a blob: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
      return sha1.create().update(utf8ToBytes(`blob ${bytes}\0`))
    default:
      return hash satisfies never
  }
}
