import type { GraphIndex, GraphNode } from './read-graph.ts'

/** Who makes and who uses each value of the main graph. */
export interface GraphLinks {
  producer(name: string): GraphNode | null
  /** Nodes of the main graph, once each, and of graphs inside nodes. */
  consumers(name: string): readonly GraphNode[]
  /** The node that computes a value, looking through nodes that only pass it on. */
  origin(name: string): GraphNode | null
}

/** What may stand between two nodes without changing what a row means. */
const TRANSPARENT = new Set(['Cast', 'Identity'])

export function linksOf(index: GraphIndex): GraphLinks {
  const producers = new Map<string, GraphNode>()
  const consumers = new Map<string, GraphNode[]>()
  for (const node of index.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node)
  for (const node of [...index.nodes, ...index.innerNodes]) {
    for (const input of new Set(node.inputs)) {
      if (input === '') continue
      const list = consumers.get(input)
      if (list) list.push(node)
      else consumers.set(input, [node])
    }
  }
  return {
    producer: (name) => producers.get(name) ?? null,
    consumers: (name) => consumers.get(name) ?? [],
    origin(name) {
      // A damaged file may go round in circles: each node is looked at once.
      const seen = new Set<GraphNode>()
      let node = producers.get(name)
      while (node !== undefined && TRANSPARENT.has(node.opType) && !seen.has(node)) {
        seen.add(node)
        node = producers.get(node.inputs[0] ?? '')
      }
      return node ?? null
    },
  }
}
