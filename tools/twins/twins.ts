import { bytesToHex, sha256 } from '../../src/protocol/hash.ts'
import type { QuantisedProduct } from '../../workers/inference/graph/quantised-product.ts'
import { readGraph } from '../../workers/inference/graph/read-graph.ts'
import { readTensor } from '../../workers/inference/graph/tensor.ts'
import type { FolderModel } from '../bench/node-runtime.ts'
import { originalWeights, quantiseTo8, transposed } from './original-weights.ts'
import { type RewrittenProduct, rewriteProducts, tensorOf } from './rewrite-products.ts'

const Q4 = 'onnx/model_q4.onnx'
const Q8 = 'onnx/model_quantized.onnx'
const FP32 = 'onnx/model.onnx'
const Q4F16 = 'onnx/model_q4f16.onnx'

/** Relatives of the embedded model, made when they are asked for; the same ones every time. */
export interface Twins {
  /** The model as it is shipped, and its 4-bit weights. */
  shipped: FolderModel
  /** The shipped weights in half-precision activations, under the shipped model's root. */
  halved(): Promise<FolderModel>
  /** What the shipped weights may have been before they were rounded (original-weights.ts). */
  original(): Promise<FolderModel>
  /** The original in 8-bit blocks. */
  eight(): Promise<FolderModel>
  /** The shipped model without some of its layers: what passes through them is what came in. */
  skipping(...layers: number[]): Promise<FolderModel>
  /** The shipped model with 64 of its three million weights one step off. */
  nudged(): Promise<FolderModel>
}

export function twinsOf(shipped: FolderModel): Twins {
  const graph = async (): Promise<Uint8Array> => (await shipped.readFile(Q4)).slice()
  return {
    shipped,
    halved: async () => withGraph(shipped, Q4F16, await shipped.readFile(Q4F16), shipped.source.modelRoot),
    original: async () => withGraph(shipped, FP32, rewriteProducts(await graph(), asFloats)),
    eight: async () => withGraph(shipped, Q8, rewriteProducts(await graph(), asBytes)),
    skipping: async (...layers) => withGraph(shipped, Q4, withoutLayers(await graph(), layers)),
    nudged: async () => withGraph(shipped, Q4, nudgedWeights(await graph())),
  }
}

/** The same model but for its graph. Nobody ships known answers with it: the engine computes its own. */
function withGraph(model: FolderModel, path: string, graph: Uint8Array, root?: string): FolderModel {
  const { manifest } = model.source
  const files = manifest.files.filter((file) => !file.path.startsWith('onnx/') && file.path !== 'known-answers.json')
  const listed = { path, bytes: graph.length, chunks: [] }
  return {
    source: { modelRoot: root ?? bytesToHex(sha256(graph)), manifest: { ...manifest, files: [...files, listed] } },
    readFile: async (asked) => (asked === path ? graph.slice() : model.readFile(asked)),
    progress: () => undefined,
  }
}

function asFloats({ n, k, input, output, node, weights }: QuantisedProduct, ordinal: number): RewrittenProduct {
  const name = `original.${ordinal}`
  const original = originalWeights(weights(), name)
  return {
    node: { opType: 'MatMul', inputs: [input, name], outputs: [output], name: node.name },
    tensors: [tensorOf(name, [k, n], transposed(original, n, k))],
  }
}

function asBytes({ n, k, input, output, node, weights }: QuantisedProduct, ordinal: number): RewrittenProduct {
  const blocks = weights()
  const { blockSize } = blocks
  const { packed, scales } = quantiseTo8(originalWeights(blocks, `original.${ordinal}`), blockSize)
  const [name, scale] = [`eight.${ordinal}`, `eight.${ordinal}.scales`]
  return {
    node: {
      opType: 'MatMulNBits',
      domain: 'com.microsoft',
      inputs: [input, name, scale],
      outputs: [output],
      name: node.name,
      attributes: { N: n, K: k, bits: 8, block_size: blockSize },
    },
    tensors: [tensorOf(name, [n, k / blockSize, blockSize], packed), tensorOf(scale, [scales.length], scales)],
  }
}

/** Both of a layer's branches add nothing: the scales of their last products are zero. */
function withoutLayers(graph: Uint8Array, layers: readonly number[]): Uint8Array {
  for (const layer of layers) {
    for (const product of ['attn.o_proj', 'mlp.down_proj']) {
      tensorData(graph, `model.layers.${layer}.${product}.MatMul.weight_scales`).fill(0)
    }
  }
  return graph
}

function nudgedWeights(graph: Uint8Array): Uint8Array {
  const codes = tensorData(graph, 'model.layers.5.attn.q_proj.MatMul.weight_Q4')
  for (let at = 0; at < 64; at++) codes[at * 32] = (codes[at * 32] ?? 0) ^ 1
  return graph
}

/** The bytes of a constant, in their place in the file. */
function tensorData(graph: Uint8Array, name: string): Uint8Array {
  const field = readGraph(graph).initializers.get(name)
  if (field === undefined) throw new Error(`the embedded model has no ${name}`)
  return readTensor(graph, field, name, []).data
}
