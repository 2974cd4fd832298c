import { CodedError } from '../protocol/errors.ts'

/** Where in a model something is: the file's path and, from 0, its chunk of 1 MiB. */
export interface ChunkPlace {
  path: string
  chunk: number
}

function modelCancelled(): CodedError {
  return new CodedError({
    code: 'model/cancelled',
    message: 'The download was stopped.',
    nextStep: 'Start it again when you like: what has arrived is kept.',
  })
}

/** A function, because the compiler takes `signal.aborted` for unchanged after an await. Errors: `model/cancelled`. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw modelCancelled()
}

/** `status`: of the server's answer, where there was one. */
export function downloadFailed(path: string, why: string, cause?: unknown, status?: number): CodedError {
  return new CodedError(
    {
      code: 'model/download-failed',
      message: `The model file ${path} could not be downloaded: ${why}.`,
      nextStep: 'Check the connection and start the download again: what has arrived is kept.',
      details: { path, ...(status !== undefined && { status }) },
    },
    { cause },
  )
}

export function downloadTruncated(path: string, haveBytes: number, totalBytes: number, cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'model/truncated',
      message: `The download of ${path} broke off after ${haveBytes} of ${totalBytes} bytes.`,
      nextStep: 'Check the connection and start the download again: it goes on where it stopped.',
      details: { path, haveBytes, totalBytes },
    },
    { cause },
  )
}

export function fileMissing({ path, chunk }: ChunkPlace): CodedError {
  return new CodedError({
    code: 'model/truncated',
    message: `The model is not complete on this device: chunk ${chunk} of ${path} is missing.`,
    nextStep: 'Start the download again: only what is missing is fetched.',
    details: { path, chunk },
  })
}

export function chunkCorrupt(where: 'arrived' | 'stored', { path, chunk }: ChunkPlace): CodedError {
  const arrived = where === 'arrived'
  return new CodedError({
    code: 'model/chunk-corrupt',
    message: arrived
      ? `Chunk ${chunk} of ${path} arrived with other bytes than this model has, and was refused.`
      : `Chunk ${chunk} of ${path} has changed on this device since it was downloaded, and was thrown away.`,
    nextStep: arrived
      ? 'Reload the page and start the download again; if it happens again, tell whoever runs this site.'
      : 'Start the download again: only this chunk is fetched. If it happens often, check the disk.',
    details: { path, chunk },
  })
}

export function storeFull(neededBytes: number, cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'model/quota',
      message: `The browser has no room for the model: ${Math.ceil(neededBytes / 1e6)} MB are needed.`,
      nextStep: 'Free some disk space or clear the data of other sites, then start the download again.',
      details: { neededBytes },
    },
    { cause },
  )
}

export function storeUnavailable(cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'model/storage-unavailable',
      message: 'The browser did not let the page keep or read the model’s files.',
      nextStep: 'Close other tabs of this site and reload; in a private window, use a normal one.',
    },
    { cause },
  )
}
