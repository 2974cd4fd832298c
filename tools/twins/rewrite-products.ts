import { assemble, copied, message, type Part } from '../../workers/inference/graph/assemble.ts'
import { DATA_TYPE, GRAPH, TENSOR } from '../../workers/inference/graph/onnx-fields.ts'
import { type NodeToWrite, nodeMessage } from '../../workers/inference/graph/onnx-messages.ts'
import {
  isQuantisedProduct,
  type QuantisedProduct,
  readQuantisedProduct,
} from '../../workers/inference/graph/quantised-product.ts'
import { MAX_MODEL_BYTES, readGraph } from '../../workers/inference/graph/read-graph.ts'
import { rewrittenModel } from '../../workers/inference/graph/rewritten-model.ts'
import { encode } from '../../workers/inference/graph/wire.ts'

/** What stands in the place of a 4-bit product. */
export interface RewrittenProduct {
  node: NodeToWrite
  /** TensorProtos, without their tags. */
  tensors: Uint8Array[]
}

/** A model of whose 4-bit products each is written anew; weights in the file itself, each of one product, as the embedded model has them. */
export function rewriteProducts(
  model: Uint8Array,
  rewrite: (product: QuantisedProduct, ordinal: number) => RewrittenProduct,
): Uint8Array {
  const index = readGraph(model)
  const replaced = new Map<number, Part[]>()
  const added: Part[] = []
  for (const [ordinal, node] of index.nodes.filter(isQuantisedProduct).entries()) {
    const product = readQuantisedProduct(model, index, node, [])
    const { node: written, tensors } = rewrite(product, ordinal)
    replaced.set(node.field.start, message(GRAPH.node, [copied(nodeMessage(written))]))
    for (const name of product.tensors) replaced.set(index.initializers.get(name)?.start ?? -1, [])
    for (const tensor of tensors) added.push(...message(GRAPH.initializer, [copied(tensor)]))
  }
  return assemble(rewrittenModel(model, replaced, added), MAX_MODEL_BYTES)
}

/** A TensorProto without its tag. */
export function tensorOf(name: string, dims: readonly number[], values: Float32Array | Uint8Array): Uint8Array {
  return encode((writer) => {
    for (const dim of dims) writer.writeVarintField(TENSOR.dims, dim)
    writer.writeVarintField(TENSOR.dataType, values instanceof Float32Array ? DATA_TYPE.float : DATA_TYPE.uint8)
    writer.writeStringField(TENSOR.name, name)
    writer.writeBytesField(TENSOR.rawData, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  })
}
