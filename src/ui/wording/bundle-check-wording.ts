import type { ErrorData } from '../../protocol/errors.ts'
import type { BundleCheckState, CheckSource } from '../../stores/index.ts'
import { checkedInWords } from './locus-wording.ts'
import { shortId } from './short-id.ts'

export function bundleCheckInWords(check: Exclude<BundleCheckState, { state: 'invalid' }>): string {
  switch (check.state) {
    case 'reading':
      return 'Reading the evidence.'
    case 'fetching':
      return 'Fetching the evidence from whoever shared it.'
    case 'checking':
      return 'Re-computing the answer on this device.'
    case 'done':
      return `Checked again from its evidence. ${checkedInWords(check.locus)}`
    default:
      return check satisfies never
  }
}

/** Where the evidence came from. */
export function sourceInWords(source: CheckSource): string {
  return source.kind === 'file'
    ? source.name
    : `Evidence ${shortId(source.hash)}, shared by peer ${shortId(source.peerId)}`
}

/** What is not to be had is told apart from what is not to be believed. */
export function invalidInWords({ code }: ErrorData): string {
  const [family] = code.split('/')
  return family === 'receipt' || code === 'evidence/wrong-bytes'
    ? 'This evidence proves nothing'
    : 'This was not checked'
}
