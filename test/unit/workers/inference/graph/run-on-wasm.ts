import * as ort from 'onnxruntime-web/wasm'
import { bytesToHex, sha256 } from '../../../../../src/protocol/hash.ts'

/** Runs a model once on ORT's WASM provider, one thread: the referee's arithmetic. */
export async function runOnWasm(
  model: Uint8Array,
  feeds: Record<string, ort.Tensor>,
): Promise<Record<string, ort.Tensor>> {
  ort.env.wasm.numThreads = 1
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })
  try {
    return { ...(await session.run(feeds)) }
  } finally {
    await session.release()
  }
}

export function floatRows(values: number[], width: number): ort.Tensor {
  return new ort.Tensor('float32', Float32Array.from(values), [1, values.length / width, width])
}

export function floatsOf(tensor: ort.Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data
  throw new Error(`expected float32, got ${tensor?.type ?? 'nothing'}`)
}

/** For comparisons that must not forgive: the hash of the bits, in which −0 is not 0. */
export function bitsOf(tensor: ort.Tensor | undefined): string {
  const { buffer, byteOffset, byteLength } = floatsOf(tensor)
  return bytesToHex(sha256(new Uint8Array(buffer, byteOffset, byteLength)))
}

export function largestDifference(a: ort.Tensor | undefined, b: ort.Tensor | undefined): number {
  const [left, right] = [floatsOf(a), floatsOf(b)]
  if (left.length !== right.length || left.length === 0) throw new Error(`lengths ${left.length} and ${right.length}`)
  return left.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (right[i] ?? Number.NaN))), 0)
}
