import type { ModelView, Transfer } from '../../stores/index.ts'
import { inMegabytes, megabytesOf } from './amounts.ts'

const PRECISIONS: Record<ModelView['precision'], string> = {
  q4f16: '4-bit weights, half-precision sums',
  q4: '4-bit weights',
  q8: '8-bit weights',
  fp16: 'half-precision weights',
  fp32: 'full-precision weights',
}

/** A gigabyte from 1,000 MB on, as operating systems do. */
export function inBytes(bytes: number): string {
  return bytes < 1e9 ? inMegabytes(bytes) : `${(bytes / 1e9).toFixed(1)} GB`
}

export function precisionInWords({ precision }: Pick<ModelView, 'precision'>): string {
  return PRECISIONS[precision]
}

/** Whether it runs on this device, and on what if not. */
export function fitInWords({ fit }: Pick<ModelView, 'fit'>): string {
  switch (fit.state) {
    case 'fits':
      return `Fits this device: about ${inBytes(fit.memoryBytes)} of memory.`
    case 'tight':
      return `Tight on this device: about ${inBytes(fit.memoryBytes)} of memory. Close what you do not need.`
    case 'too-large':
      return `Too large for this device: about ${inBytes(fit.memoryBytes)} of memory.`
    case 'other-device':
      return 'Not for this device: it needs a GPU that computes in half precision.'
    default:
      return fit satisfies never
  }
}

/** Where it comes from, and who vouches for its bytes. */
export function originInWords({ origin }: Pick<ModelView, 'origin'>): string {
  if (origin.kind === 'page') return 'Comes with this page, which pins every byte of it.'
  const commit = origin.revision.slice(0, 8)
  return origin.pinnedBy === 'catalogue'
    ? `From ${origin.repo} at ${commit}. This page pins every byte of it.`
    : `From ${origin.repo} at ${commit}. Its bytes are those that the hub listed when you added it; nobody else has checked them.`
}

/** How much of it is here. Running numbers are told apart, in `progressInWords`. */
export function statusInWords({ status, transfer }: Pick<ModelView, 'status' | 'transfer'>): string {
  if (transfer?.state === 'downloading') return 'Downloading'
  if (transfer?.state === 'pausing') return 'Pausing'
  switch (status.state) {
    case 'absent':
      return 'Not on this device'
    case 'partial':
      return `Paused at ${megabytesOf(status.haveBytes, status.totalBytes)}`
    case 'complete':
      return 'On this device, verified'
    default:
      return status satisfies never
  }
}

export function progressInWords({ haveBytes, totalBytes }: Extract<Transfer, { state: 'downloading' }>): string {
  return haveBytes === totalBytes ? 'All here, comparing hashes' : megabytesOf(haveBytes, totalBytes)
}

export function usedInWords(usedBytes: number, capBytes: number | null): string {
  const used = `${inBytes(usedBytes)} downloaded in 30 days`
  return capBytes === null ? used : `${used}, of ${inBytes(capBytes)} allowed`
}
