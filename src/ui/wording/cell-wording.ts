import type { Cell } from '../../protocol/evidence/cell.ts'

/** The class of device in a few words, fit for "computed on …". */
export function cellInWords(cell: Pick<Cell, 'provider' | 'vendor' | 'architecture' | 'threads'>): string {
  if (cell.provider === 'wasm') return cell.threads === 1 ? 'one-thread WASM' : `WASM with ${cell.threads} threads`
  const gpu = [cell.vendor, cell.architecture].filter((part) => part !== '').join(' ')
  return gpu === '' ? 'WebGPU' : `WebGPU (${gpu})`
}

/** Every field of the cell that changes bits, for the details. */
export function cellFacts(cell: Cell): readonly { name: string; value: string }[] {
  return [
    { name: 'Runs on', value: cellInWords(cell) },
    {
      name: 'Browser',
      value: cell.browser === '' ? 'any: these bits are the same in every browser tried' : cell.browser,
    },
    { name: 'Runtime', value: `onnxruntime-web ${cell.ortVersion}` },
    { name: 'Weights', value: precisionInWords(cell.precision) },
    { name: 'Prefill', value: `${cell.prefillChunk} rows per run` },
    { name: 'Repeatable by', value: exactnessInWords(cell) },
  ]
}

function precisionInWords(precision: Cell['precision']): string {
  switch (precision) {
    case 'q4':
      return '4-bit'
    case 'q4f16':
      return '4-bit, with 16-bit arithmetic'
    case 'q4-f32':
      return '4-bit, expanded to 32-bit floats'
    case 'q8':
      return '8-bit'
    case 'q8-f32':
      return '8-bit, expanded to 32-bit floats'
    case 'fp32':
      return '32-bit floats'
    default:
      return precision satisfies never
  }
}

function exactnessInWords({ exactness }: Cell): string {
  switch (exactness.kind) {
    case 'window':
      return `decoding in windows of ${exactness.rows} rows, bit for bit`
    case 'replay':
      return 'replaying each segment, bit for bit'
    case 'none':
      return 'comparison of choices only, not bit for bit'
    default:
      return exactness satisfies never
  }
}
