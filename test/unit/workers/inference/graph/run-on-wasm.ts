import * as ort from 'onnxruntime-web/wasm'

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

export function bitsOf(tensor: ort.Tensor | undefined): number[] {
  return Array.from(new Uint32Array((tensor?.data as Float32Array).slice().buffer))
}

export function largestDifference(a: ort.Tensor | undefined, b: ort.Tensor | undefined): number {
  const [left, right] = [a?.data as Float32Array, b?.data as Float32Array]
  if (left.length !== right.length || left.length === 0) throw new Error(`lengths ${left.length} and ${right.length}`)
  return left.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (right[i] ?? Number.NaN))), 0)
}
