import { cellId } from '../../src/protocol/evidence/cell.ts'
import { bytesToHex } from '../../src/protocol/hash.ts'
import { type Bundle, bundleOutputIds } from '../../src/protocol/receipt/bundle.ts'

const CHECKED = /(\d+) of (\d+) tokens and (\d+) of (\d+) segments identical/

/** Prints receipt, locus and check; true if every token and every segment was found identical. `sentence` is what the page says. */
export function printLocus(bundle: Bundle, sentence: string, details: string, say: (line: string) => void): boolean {
  say('receipt')
  for (const { accept, segments, signed } of bundle.legs) {
    if (signed !== null) {
      const { receipt, signature } = signed
      say(`  job         ${bytesToHex(receipt.jobId)}`)
      say(`  model root  ${bytesToHex(receipt.modelRoot)}`)
      say(`  output      ${bytesToHex(receipt.outputHash)}`)
      say(`  seed        ${bytesToHex(receipt.seed)}`)
      say(`  signature   ${bytesToHex(signature)}`)
    }
    say(`  provider    ${bytesToHex(accept.providerKey)}`)
    say(`  cell        ${cellId(accept.cell)}`)
    for (const { index, ids, rowsHash } of segments) {
      say(`  segment ${index}   ${ids.length} tokens, rows ${bytesToHex(rowsHash)}`)
    }
  }
  say('\nlocus')
  say(`  ${sentence}`)
  for (const line of details.split('\n').filter((text) => text.trim() !== '')) say(`  ${line}`)

  const [, tokensEqual, tokens, segmentsEqual, segments] = CHECKED.exec(sentence) ?? []
  const total = bundleOutputIds(bundle).length
  const isWhole = tokens === String(total) && tokensEqual === tokens && segmentsEqual === segments
  say(`\nsegment hashes: ${segmentsEqual ?? '0'} of ${segments ?? '?'} equal`)
  say(`check: ${isWhole ? 'pass' : 'not passed'} (${tokensEqual ?? '0'}/${total} tokens)`)
  return isWhole
}
