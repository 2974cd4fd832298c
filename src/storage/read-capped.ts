import { downloadFailed, throwIfCancelled } from './model-errors.ts'

/** A whole body; null if it is longer than the cap, of which not much more is read. Errors: `model/download-failed`, `model/cancelled`. */
export async function readCapped(
  response: Response,
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  try {
    for await (const piece of response.body ?? []) {
      length += piece.length
      // Leaving the loop cancels the body.
      if (length > maxBytes) return null
      pieces.push(piece)
    }
  } catch (error) {
    throwIfCancelled(signal)
    throw downloadFailed(path, 'the connection broke', error)
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer())
}
