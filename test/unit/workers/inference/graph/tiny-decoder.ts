import { Half } from './half.ts'
import { FLOAT, FLOAT16, type TinyNode, type TinyTensor, tinyModel, UINT8 } from './tiny-model.ts'

export interface TinyDecoderOptions {
  bits?: 4 | 8
  blockSize?: number
  /** Inputs of the first product; not a multiple of the block leaves padding. */
  k?: number
  zeroPoints?: 'none' | 'packed' | 'floats'
  bias?: boolean
  half?: boolean
  /** Both products of the two layers read one weight, which a Cast also reads. */
  sharedWeight?: boolean
}

const HIDDEN = 64
const VOCABULARY = 40

/**
 * x [1, s, k] → MatMulNBits → norm → MatMulNBits → logits [1, s, 40], with weights from a fixed generator. With `half` everything between
 * the float32 input and the float32 logits is float16.
 */
export function tinyDecoder(options: TinyDecoderOptions = {}): Uint8Array {
  const { k = HIDDEN, half = false } = options
  const tensors: TinyTensor[] = []
  const nodes: TinyNode[] = []
  if (half) nodes.push({ opType: 'Cast', inputs: ['x'], outputs: ['x16'], ints: { to: FLOAT16 } })
  nodes.push(product(tensors, { ...options, name: 'body', input: half ? 'x16' : 'x', output: 'hidden', n: HIDDEN, k }))
  tensors.push(
    floats(
      'gain',
      Array.from({ length: HIDDEN }, (_, i) => 0.5 + i / HIDDEN),
      half,
    ),
  )
  nodes.push({
    opType: 'SimplifiedLayerNormalization',
    inputs: ['hidden', 'gain'],
    outputs: ['normed'],
    ints: { axis: -1 },
    floats: { epsilon: 1e-6 },
  })
  const head = product(tensors, {
    ...options,
    name: 'head',
    input: 'normed',
    output: half ? 'logits16' : 'logits',
    n: VOCABULARY,
    k: HIDDEN,
  })
  nodes.push(head)
  if (half) nodes.push({ opType: 'Cast', inputs: ['logits16'], outputs: ['logits'], ints: { to: FLOAT } })
  const outputs = [{ name: 'logits', dataType: FLOAT, dims: [1, 'sequence', VOCABULARY] }]
  if (options.sharedWeight) {
    nodes.push({ opType: 'Cast', inputs: ['head.packed'], outputs: ['table'], ints: { to: FLOAT } })
    outputs.push({ name: 'table', dataType: FLOAT, dims: [VOCABULARY, 2, 16] })
  }
  return tinyModel({ nodes, tensors, inputs: [{ name: 'x', dataType: FLOAT, dims: [1, 'sequence', k] }], outputs })
}

interface ProductOptions extends TinyDecoderOptions {
  name: string
  input: string
  output: string
  n: number
  k: number
}

function product(tensors: TinyTensor[], options: ProductOptions): TinyNode {
  const {
    name,
    input,
    output,
    n,
    k,
    bits = 4,
    blockSize = 32,
    zeroPoints = 'none',
    bias = false,
    half = false,
  } = options
  const random = generator(name.length + n)
  const blocks = Math.ceil(k / blockSize)
  const blob = (blockSize * bits) / 8
  const packed = Uint8Array.from({ length: n * blocks * blob }, () => Math.floor(random() * 256))
  tensors.push({ name: `${name}.packed`, dataType: UINT8, dims: [n, blocks, blob], raw: packed })
  // A ninth of them negative, as a quantiser that uses the longer side of the range makes them.
  const scales = Array.from({ length: n * blocks }, (_, i) => (i % 9 === 0 ? -1 : 1) * (0.01 + random() / 50))
  tensors.push(floats(`${name}.scales`, scales, half))
  const inputs = [input, `${name}.packed`, `${name}.scales`, '', '', '']
  if (zeroPoints === 'packed') {
    const row = Math.ceil((blocks * bits) / 8)
    const raw = Uint8Array.from({ length: n * row }, () => Math.floor(random() * 256))
    tensors.push({ name: `${name}.zeros`, dataType: UINT8, dims: [n * row], raw })
    inputs[3] = `${name}.zeros`
  }
  if (zeroPoints === 'floats') {
    tensors.push(
      floats(
        `${name}.zeros`,
        Array.from({ length: n * blocks }, () => Math.round(random() * 14)),
        half,
      ),
    )
    inputs[3] = `${name}.zeros`
  }
  if (bias) {
    tensors.push(
      floats(
        `${name}.bias`,
        Array.from({ length: n }, () => random() - 0.5),
        half,
      ),
    )
    inputs[5] = `${name}.bias`
  }
  while (inputs.at(-1) === '') inputs.pop()
  const ints = { K: k, N: n, bits, block_size: blockSize, accuracy_level: 0 }
  return { opType: 'MatMulNBits', domain: 'com.microsoft', inputs, outputs: [output], ints }
}

export function floats(name: string, values: number[], half = false): TinyTensor {
  const raw = half ? new Half(values) : Float32Array.from(values)
  return { name, dataType: half ? FLOAT16 : FLOAT, dims: [values.length], raw: new Uint8Array(raw.buffer) }
}

/** Uniform in [0, 1), the same in every run (Lehmer, MINSTD). */
export function generator(seed: number): () => number {
  let state = seed + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
