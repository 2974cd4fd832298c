import type { BundleCheckState } from '../../stores/index.ts'
import { checkedInWords } from './locus-wording.ts'

export function bundleCheckInWords(check: Exclude<BundleCheckState, { state: 'invalid' }>): string {
  switch (check.state) {
    case 'reading':
      return 'Reading the evidence.'
    case 'checking':
      return 'Re-computing the answer on this device.'
    case 'done':
      return `Checked again from its evidence. ${checkedInWords(check.locus)}`
    default:
      return check satisfies never
  }
}
