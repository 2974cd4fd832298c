import { bytesToHex } from '../../../src/protocol/hash.ts'

/** Version of what `spreadHeadNorms`, `addHeadSinks`, `expandToF32` and `appendFinalNormTap` write; part of the cell, so it moves with any byte of theirs. */
export const TRANSFORM_VERSION = 2

/** SHA-256 of a graph file as it is run, in lower-case hex (protocol.md §1). WebCrypto, because a model may have a gigabyte. */
export async function graphHash(model: Uint8Array): Promise<string> {
  // The model comes from storage or from our own transforms, never from shared memory.
  const digest = await crypto.subtle.digest('SHA-256', model as Uint8Array<ArrayBuffer>)
  return bytesToHex(new Uint8Array(digest))
}
