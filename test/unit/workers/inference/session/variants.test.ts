import { describe, expect, it } from 'vitest'
import { variantsFor } from '../../../../../workers/inference/session/variants.ts'

const facts = (paths: string[], half = false, expand = true) => ({ paths: new Set(paths), half, expand })
const namesOf = (variants: ReturnType<typeof variantsFor>) =>
  variants.map(({ precision, path }) => `${precision} ${path}`)

describe('the ways to run a model’s files', () => {
  it('are, on the processor, 4-bit weights in f32 before the same in place', () => {
    const variants = variantsFor('wasm', facts(['onnx/model_q4.onnx', 'onnx/model.onnx']))
    expect(namesOf(variants)).toEqual(['q4-f32 onnx/model_q4.onnx', 'q4 onnx/model_q4.onnx', 'fp32 onnx/model.onnx'])
    expect(variants.map(({ expand }) => expand)).toEqual([true, false, false])
  })

  it('leave weights in place where there is no room to write them out', () => {
    expect(namesOf(variantsFor('wasm', facts(['onnx/model_q4.onnx'], false, false)))).toEqual(['q4 onnx/model_q4.onnx'])
  })

  it('are, on a graphics card, the 4-bit weights in place, then in half precision where its shaders have that', () => {
    const paths = ['onnx/model_q4.onnx', 'onnx/model_q4f16.onnx']
    expect(namesOf(variantsFor('webgpu', facts(paths)))).toEqual(['q4 onnx/model_q4.onnx'])
    expect(namesOf(variantsFor('webgpu', facts(paths, true)))).toEqual([
      'q4 onnx/model_q4.onnx',
      'q4f16 onnx/model_q4f16.onnx',
    ])
    expect(namesOf(variantsFor('webgpu', facts(['onnx/model_q4f16.onnx'], true)))).toEqual([
      'q4f16 onnx/model_q4f16.onnx',
    ])
  })

  it('take 8-bit and then 32-bit files where there is no 4-bit one', () => {
    expect(namesOf(variantsFor('wasm', facts(['onnx/model_quantized.onnx', 'onnx/model.onnx'])))).toEqual([
      'q8-f32 onnx/model_quantized.onnx',
      'q8 onnx/model_quantized.onnx',
      'fp32 onnx/model.onnx',
    ])
    expect(namesOf(variantsFor('wasm', facts(['onnx/model.onnx'])))).toEqual(['fp32 onnx/model.onnx'])
  })

  it('are none for a model without any of these files', () => {
    expect(variantsFor('wasm', facts(['onnx/model_fp16.onnx', 'model.safetensors']))).toEqual([])
  })

  it('are half precision on the processor only where there is nothing else', () => {
    expect(namesOf(variantsFor('wasm', facts(['onnx/model_q4f16.onnx'])))).toEqual(['q4f16 onnx/model_q4f16.onnx'])
    const both = variantsFor('wasm', facts(['onnx/model_q4f16.onnx', 'onnx/model.onnx']))
    expect(namesOf(both)).toEqual(['fp32 onnx/model.onnx'])
  })
})
