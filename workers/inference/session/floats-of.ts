import { CodedError } from '../../../src/protocol/errors.ts'
import { halfToFloat } from '../graph/half-float.ts'
import type { OrtTensor } from './ort-api.ts'

/** The values of a float tensor as f32, owned by the caller. Half floats arrive as their 16 bits, or as Float16Array where that exists. */
export async function floatsOf(tensor: OrtTensor | undefined): Promise<Float32Array> {
  const data = await tensor?.getData(true)
  if (data instanceof Float32Array) return data
  if (data instanceof Uint16Array) return Float32Array.from(data, halfToFloat)
  // Float16Array is newer than the `lib` we compile with; it iterates as numbers.
  if (tensor?.type === 'float16' && data !== undefined) return Float32Array.from(data as unknown as Iterable<number>)
  throw new CodedError({
    code: 'engine/model-unsupported',
    message: 'The model answers in a number format this engine does not know.',
    nextStep: 'Choose another model.',
  })
}
