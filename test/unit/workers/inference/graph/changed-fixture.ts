import { MODEL_INFO, writeDecoder } from '../../../../../tools/fixtures/decoder/decoder-graph.ts'
import { type DecoderOptions, planDecoder } from '../../../../../tools/fixtures/decoder/decoder-plan.ts'
import { bytesOfSource, sourceOf } from '../../../../../tools/fixtures/onnx/byte-source.ts'
import { modelFiles } from '../../../../../tools/fixtures/onnx/model-files.ts'
import type { OnnxGraph, OnnxNode } from '../../../../../tools/fixtures/onnx/onnx-types.ts'

/** A fixture's graph with a change that no exporter made, as a model file. */
export function changedFixture(
  change: (graph: OnnxGraph) => void = () => undefined,
  options: Partial<DecoderOptions> = {},
): Uint8Array {
  const plan = planDecoder({ family: 'llama', precision: 'fp32', positionIds: false, seed: 1, ...options })
  const graph = writeDecoder(plan)
  change(graph)
  const path = 'onnx/model.onnx'
  const files = modelFiles({
    graph,
    info: MODEL_INFO[plan.form],
    path,
    externalData: false,
    maxDataFileBytes: 2_000_000_000,
  })
  const file = files.get(path)
  if (file === undefined) throw new Error('no model file')
  return bytesOfSource(file)
}

export function nodesOf(graph: OnnxGraph, opType: string): OnnxNode[] {
  const nodes = graph.nodes.filter((node) => node.opType === opType)
  if (nodes.length === 0) throw new Error(`no ${opType} in the graph`)
  return nodes
}

export function firstOf(graph: OnnxGraph, opType: string): OnnxNode {
  const [node] = nodesOf(graph, opType)
  if (node === undefined) throw new Error(`no ${opType} in the graph`)
  return node
}

/** Puts a node before all others. */
export function addNode(graph: OnnxGraph, node: Omit<OnnxNode, 'name'>): void {
  graph.nodes.unshift({ name: `added_${graph.nodes.length}`, ...node })
}

export function addIntegers(graph: OnnxGraph, name: string, values: number[], dims: number[]): string {
  graph.initializers.push({ name, dataType: 7, dims, data: sourceOf(BigInt64Array.from(values, BigInt)) })
  return name
}
