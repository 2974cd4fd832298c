import * as ort from 'onnxruntime-web'
import type { EnginePath } from '../../../../src/engine/messages.ts'
import type { DecoderFixture } from '../../../../tools/fixtures/decoder-fixture.ts'
import { parseModelConfig } from '../../../../workers/inference/session/model-config.ts'
import { type PathRequest, pathsFor } from '../../../../workers/inference/session/open-path.ts'
import { prepareGraph } from '../../../../workers/inference/session/prepare-graph.ts'
import type { SlotDecoder } from '../../../../workers/inference/session/slot-decoder.ts'
import { ALL_TECHNIQUES } from '../../../../workers/inference/techniques.ts'

/** A fixture on one WASM thread, 4-bit and 8-bit weights in f32 unless told otherwise, by the path that its graph allows. */
export async function openFixture(
  fixture: DecoderFixture,
  { fast = true, slots = 4, expand = true }: { fast?: boolean; slots?: number; expand?: boolean } = {},
): Promise<{ decoder: SlotDecoder; path: EnginePath }> {
  const read = (path: string): Uint8Array => {
    const bytes = fixture.files.get(path)
    if (bytes === undefined) throw new Error(`no ${path}`)
    return bytes
  }
  const config = parseModelConfig(read('config.json'), null)
  const externalData = fixture.dataPaths.map((path) => ({ path: path.slice('onnx/'.length), data: read(path) }))
  const graph = await prepareGraph(
    read(fixture.modelPath),
    { expand, headDimension: config.headDimension },
    externalData,
  )
  const { precision } = fixture.plan
  const request: PathRequest = {
    ort,
    graph,
    config,
    gpu: null,
    isFloat: expand || precision === 'fp32',
    slots,
    contextTokens: config.contextTokens,
    techniques: ALL_TECHNIQUES,
    now: () => performance.now(),
  }
  const open = pathsFor(request).at(fast ? 0 : -1)
  if (open === undefined) throw new Error('there is always the plain path')
  return open(request)
}
