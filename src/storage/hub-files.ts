import type { PinnedFile, Precision } from '../protocol/model/hub-pin.ts'
import { PRECISIONS } from '../protocol/model/hub-pin.ts'
import { fileTooLarge } from './transfer-errors.ts'

/** Names that hub exports give to the graph of each precision (transformers.js convention); the first that is there is taken. */
const GRAPH_NAMES: Record<Precision, readonly string[]> = {
  q4f16: ['onnx/model_q4f16.onnx'],
  q4: ['onnx/model_q4.onnx'],
  q8: ['onnx/model_quantized.onnx', 'onnx/model_int8.onnx'],
  fp16: ['onnx/model_fp16.onnx'],
  fp32: ['onnx/model.onnx'],
}

/**
 * Files beside the graph that the engine reads, with the most bytes that one may have: each is read whole and parsed, so a length
 * no honest model has is refused before it is fetched. The largest of today: a tokenizer of 262,144 entries, 33 MB; a configuration
 * of added tokens, 1.2 MB; a template, 20 kB.
 */
const SIDE_FILES: Readonly<Record<string, { maxBytes: number; needed: boolean }>> = {
  'config.json': { maxBytes: 1024 * 1024, needed: true },
  'tokenizer.json': { maxBytes: 64 * 1024 * 1024, needed: true },
  'tokenizer_config.json': { maxBytes: 4 * 1024 * 1024, needed: true },
  'generation_config.json': { maxBytes: 1024 * 1024, needed: false },
  'chat_template.jinja': { maxBytes: 512 * 1024, needed: false },
  'known-answers.json': { maxBytes: 4 * 1024 * 1024, needed: false },
}

export const MAX_CONFIG_BYTES = SIDE_FILES['config.json']?.maxBytes ?? 0

/** The precisions in which a repository offers its model. */
export function offeredPrecisions(files: readonly PinnedFile[]): Precision[] {
  const paths = new Set(files.map((file) => file.path))
  return PRECISIONS.filter((precision) => GRAPH_NAMES[precision].some((name) => paths.has(name)))
}

/** What is fetched for one precision, in the order of paths; null when a file that the engine needs is not there. Errors: `model/file-too-large`. */
export function filesFor(files: readonly PinnedFile[], precision: Precision): PinnedFile[] | null {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const graph = GRAPH_NAMES[precision].find((name) => byPath.has(name))
  const isMissing = Object.entries(SIDE_FILES).some(([path, { needed }]) => needed && !byPath.has(path))
  if (graph === undefined || isMissing) return null
  // Weights apart from the graph: `model_q4.onnx_data`, and `_data_1` and on where 2 GB were not enough.
  const chosen = files.filter(({ path }) => path in SIDE_FILES || path === graph || isDataOf(path, graph))
  for (const { path, bytes } of chosen) {
    const maxBytes = SIDE_FILES[path]?.maxBytes ?? Infinity
    if (bytes > maxBytes) throw fileTooLarge(path, bytes, maxBytes)
  }
  return chosen.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function isDataOf(path: string, graph: string): boolean {
  return path.startsWith(`${graph}_data`) && /^(_\d+)?$/.test(path.slice(graph.length + '_data'.length))
}
