import type { ModelManifest } from '../../../src/protocol/model/manifest.ts'
import { addHeadSinks } from '../graph/add-head-sinks.ts'
import { appendFinalNormTap, type TappedModel } from '../graph/append-final-norm-tap.ts'
import { expandToF32 } from '../graph/expand-to-f32.ts'
import { graphHash } from '../graph/graph-hash.ts'
import { readGraph } from '../graph/read-graph.ts'
import { type DecoderPlan, recogniseDecoder } from '../graph/recognise-decoder.ts'
import { refuseSharedScales } from '../graph/refuse-shared-scales.ts'
import { spreadHeadNorms } from '../graph/spread-head-norms.ts'
import type { ModelConfig } from './model-config.ts'
import type { Variant } from './variants.ts'

export interface ExternalData {
  path: string
  data: Uint8Array
}

/** Weights that an export keeps beside its graph: `model_q4.onnx_data`, `…_data_1` and so on. */
export async function readExternalData(
  { files }: ModelManifest,
  readFile: (path: string) => Promise<Uint8Array>,
  graphPath: string,
): Promise<ExternalData[]> {
  const folder = graphPath.slice(0, graphPath.lastIndexOf('/') + 1)
  const external: ExternalData[] = []
  for (const { path } of files) {
    if (path.startsWith(`${graphPath}_data`))
      external.push({ path: path.slice(folder.length), data: await readFile(path) })
  }
  return external
}

/** A model as its variant is to be run, before it is rewritten for one path or another. */
export interface PreparedGraph {
  /** Weights in files of their own, by the names under which the graph knows them. */
  externalData: readonly ExternalData[]
  /** With weights written out where the variant says so. */
  model: Uint8Array
  /** What the fast paths rewrite; null, with a plain sentence, where the graph is not understood. */
  plan: DecoderPlan | null
  note: string
  /** The graph as exported, with its final-norm rows as one more output: what the plain path runs. A new buffer each time. */
  tapped: () => TappedModel
  /** Hex SHA-256 of `tapped`: the same for every path, since a path must not change a bit (protocol.md §4.1). */
  graphHash: string
}

/** Errors: `engine/model-unreadable | engine/model-unsupported | engine/out-of-memory`. */
export async function prepareGraph(
  file: Uint8Array,
  variant: Pick<Variant, 'expand'> & Partial<Pick<Variant, 'provider'>> & Partial<Pick<ModelConfig, 'headDimension'>>,
  externalData: readonly ExternalData[] = [],
): Promise<PreparedGraph> {
  refuseSharedScales(readGraph(file))
  const runnable = variant.provider === 'webgpu' ? file : addHeadSinks(spreadHeadNorms(file), variant.headDimension)
  const model = variant.expand ? expandToF32(runnable, { externalData }).model : runnable
  const plan = recogniseDecoder(model)
  const tapped = () => appendFinalNormTap(model)
  const understood = !('plain' in plan)
  return {
    model,
    externalData,
    plan: understood ? plan : null,
    note: understood ? '' : plan.plain,
    tapped,
    graphHash: await graphHash(tapped().model),
  }
}
