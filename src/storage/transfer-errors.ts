import { CodedError } from '../protocol/errors.ts'

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`
}

export function dataCapReached(capBytes: number, usedBytes: number, neededBytes: number): CodedError {
  return new CodedError({
    code: 'model/data-cap',
    message:
      neededBytes > 0
        ? `This download needs ${megabytes(neededBytes)}; of the ${megabytes(capBytes)} allowed in 30 days, ${megabytes(usedBytes)} are used.`
        : `The ${megabytes(capBytes)} that downloads may use in 30 days are used up.`,
    nextStep: 'Raise the data cap, or wait: what has arrived is kept.',
    details: { capBytes, usedBytes, neededBytes },
  })
}

export function dataSaverOn(neededBytes: number): CodedError {
  return new CodedError({
    code: 'model/data-saver',
    message: `This device is set to save data, and the download needs ${megabytes(neededBytes)}.`,
    nextStep: 'Download on another connection, or allow downloads while saving data.',
    details: { neededBytes },
  })
}

/** The server asks to wait (RFC 9110 §10.2.3). */
export function rateLimited(path: string, retryAfterMs: number): CodedError {
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000))
  return new CodedError({
    code: 'model/rate-limited',
    message: `The server asks to wait before more of ${path} is fetched.`,
    nextStep: `Start the download again in ${minutes} minute${minutes === 1 ? '' : 's'}: what has arrived is kept.`,
    details: { path, retryAfterMs },
  })
}

export function lfsPointer(path: string): CodedError {
  return new CodedError({
    code: 'model/lfs-pointer',
    message: `Instead of ${path} the server sent the note that stands for it in Git (a Git LFS pointer).`,
    nextStep: 'Start again later; if it happens again, this hub or mirror does not hold the model’s weights.',
    details: { path },
  })
}

export function corsBlocked(path: string, cause: unknown): CodedError {
  return new CodedError(
    {
      code: 'model/cors',
      message: `The server of ${path} answers, but does not let this page read its answer.`,
      nextStep:
        'Use a hub or mirror that allows other pages to read it (CORS), or the model that comes with this page.',
      details: { path },
    },
    { cause },
  )
}

export function fileCorrupt(path: string): CodedError {
  return new CodedError({
    code: 'model/file-corrupt',
    message: `${path} arrived whole, but is not the file that its published hash names. It was thrown away.`,
    nextStep:
      'Start the download again. If it happens again, something on the way changes the file: try another network.',
    details: { path },
  })
}

export function fileTooLarge(path: string, bytes: number, maxBytes: number): CodedError {
  return new CodedError({
    code: 'model/file-too-large',
    message: `${path} is ${megabytes(bytes)}; no honest file of its kind is above ${megabytes(maxBytes)}.`,
    nextStep: 'Choose another model.',
    details: { path, bytes, maxBytes },
  })
}

export function notOnHub(repo: string, why: string): CodedError {
  return new CodedError({
    code: 'model/not-on-hub',
    message: `${repo} cannot be used: ${why}.`,
    nextStep: 'Check the name: it is written owner/name, must be public, and must have ONNX files.',
    details: { repo },
  })
}
