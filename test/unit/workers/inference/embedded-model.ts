import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-web'
import { MODEL_FOLDER } from '../../../../tools/bench/node-runtime.ts'
import { parseModelConfig } from '../../../../workers/inference/session/model-config.ts'
import { type PathRequest, pathsFor } from '../../../../workers/inference/session/open-path.ts'
import { prepareGraph } from '../../../../workers/inference/session/prepare-graph.ts'
import type { SlotDecoder } from '../../../../workers/inference/session/slot-decoder.ts'
import { ALL_TECHNIQUES } from '../../../../workers/inference/techniques.ts'

/** The embedded model on one WASM thread, expanded to f32: the real thing, without a self-test before it. */
export async function openEmbedded(kind: 'packed' | 'plain' = 'packed', slots = 8): Promise<SlotDecoder> {
  const config = parseModelConfig(await readFile(join(MODEL_FOLDER, 'config.json')), null)
  const file = new Uint8Array(await readFile(join(MODEL_FOLDER, 'onnx/model_q4.onnx')))
  const request: PathRequest = {
    ort,
    graph: await prepareGraph(file, { expand: true }),
    config,
    gpu: null,
    isFloat: true,
    slots,
    contextTokens: config.contextTokens,
    techniques: ALL_TECHNIQUES,
    now: () => performance.now(),
  }
  const open = pathsFor(request).at(kind === 'plain' ? -1 : 0)
  if (open === undefined) throw new Error('there is always the plain path')
  const { decoder, path } = await open(request)
  if (path.kind !== kind) throw new Error(`${path.kind}: ${path.note}`)
  return decoder
}
