import { type BlockWeights, blocksOf } from './dequantise.ts'
import { unreadable, unsupported } from './model-error.ts'
import { integerAttributes } from './node-attributes.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import type { GraphIndex, GraphNode } from './read-graph.ts'
import { type ConstantTensor, checkFloats, type DataFile, floatsOf, readTensor, wrongSize } from './tensor.ts'

/** A MatMulNBits node, checked against its tensors. */
export interface QuantisedProduct {
  node: GraphNode
  input: string
  output: string
  /** Empty when there is none. */
  bias: string
  /** Activations are float16 (as the scales are: the operator gives both one type). */
  half: boolean
  /** The tensors that hold the weights. Two products with the same key have the same weights. */
  tensors: string[]
  weightKey: string
  n: number
  k: number
  /** Reads scales and zero points; called when the weights are written, so that only one matrix is held at a time. */
  weights: () => BlockWeights
}

export function isQuantisedProduct(node: GraphNode): boolean {
  return node.opType === 'MatMulNBits' && node.domain === 'com.microsoft'
}

/** @throws CodedError `engine/model-unreadable` or `engine/model-unsupported` */
export function readQuantisedProduct(
  file: Uint8Array,
  index: GraphIndex,
  node: GraphNode,
  files: readonly DataFile[],
): QuantisedProduct {
  const constant = (name: string) => constantOf(file, index, name, files)
  const [input = '', packedName = '', scalesName = '', zeroName = '', order = '', bias = ''] = node.inputs
  const [output = ''] = node.outputs
  if (input === '' || output === '')
    throw unreadable('a product lacks its input or output.', { node: node.name.slice(0, 200) })
  if (order !== '')
    throw unsupported('the columns of a product are reordered (g_idx).', { node: node.name.slice(0, 200) })

  const { n, k, bits, blockSize } = shapeOf(file, node)
  const blocks = blocksOf(k, blockSize)
  const packed = constant(packedName)
  const packedBytes = (n * blocks * blockSize * bits) / 8
  if (packed.data.length !== packedBytes) throw wrongSize(packedName, packed.data.length, packedBytes)
  const scales = constant(scalesName)
  checkFloats(scales, n * blocks, scalesName)
  const zeroPoints = zeroName === '' ? null : constant(zeroName)
  const zeroPointShape = { rows: n, blocks, bits, name: zeroName }
  if (zeroPoints) checkZeroPoints(zeroPoints, zeroPointShape)

  return {
    node,
    input,
    output,
    bias,
    half: scales.dataType === DATA_TYPE.float16,
    tensors: [packedName, scalesName, zeroName].filter((name) => name !== ''),
    weightKey: JSON.stringify([packedName, scalesName, zeroName, n, k, bits, blockSize]),
    n,
    k,
    weights: () => ({
      n,
      k,
      bits,
      blockSize,
      packed: packed.data,
      scales: floatsOf(scales, scalesName),
      zeroPoints: zeroPointsOf(zeroPoints, zeroPointShape),
    }),
  }
}

function shapeOf(file: Uint8Array, node: GraphNode): { n: number; k: number; bits: 4 | 8; blockSize: number } {
  const attributes = integerAttributes(file, node)
  const n = attributes.get('N') ?? 0
  const k = attributes.get('K') ?? 0
  const bits = attributes.get('bits') ?? 4
  const blockSize = attributes.get('block_size') ?? 0
  const facts = { node: node.name.slice(0, 200), n, k, bits, blockSize }
  if (bits !== 4 && bits !== 8)
    throw unsupported(`a product has ${bits}-bit weights, and only 4 and 8 are known.`, facts)
  if (attributes.get('weight_prepacked'))
    throw unsupported('the weights of a product are packed for one kind of machine.', facts)
  const blockSizeIsSound = blockSize >= 16 && blockSize <= 65_536 && Number.isInteger(Math.log2(blockSize))
  if (!(n > 0 && k > 0 && blockSizeIsSound)) throw unreadable('a product has no sound shape.', facts)
  return { n, k, bits, blockSize }
}

function constantOf(file: Uint8Array, index: GraphIndex, name: string, files: readonly DataFile[]): ConstantTensor {
  const field = index.initializers.get(name)
  if (field === undefined || index.inputs.has(name)) {
    throw unsupported('the weights of a product are not constants.', { tensor: name.slice(0, 200) })
  }
  return readTensor(file, field, name, files)
}

interface ZeroPointShape {
  rows: number
  blocks: number
  bits: 4 | 8
  name: string
}

function checkZeroPoints(tensor: ConstantTensor, { rows, blocks, bits, name }: ZeroPointShape): void {
  if (tensor.dataType !== DATA_TYPE.uint8) return checkFloats(tensor, rows * blocks, name)
  const bytes = rows * Math.ceil((blocks * bits) / 8)
  if (tensor.data.length !== bytes) throw wrongSize(name, tensor.data.length, bytes)
}

/** Absent: the middle of the range. Bytes: packed like the weights, each row starting a byte. Floats: one for each block. */
function zeroPointsOf(tensor: ConstantTensor | null, { rows, blocks, bits, name }: ZeroPointShape): Float32Array {
  if (tensor === null) return new Float32Array(rows * blocks).fill(2 ** (bits - 1))
  if (tensor.dataType !== DATA_TYPE.uint8) return floatsOf(tensor, name)
  const rowBytes = Math.ceil((blocks * bits) / 8)
  return Float32Array.from({ length: rows * blocks }, (_, at) => {
    const block = at % blocks
    const byte = tensor.data[Math.floor(at / blocks) * rowBytes + (bits === 4 ? block >> 1 : block)] ?? 0
    return bits === 4 ? (byte >> ((block & 1) * 4)) & 0x0f : byte
  })
}
