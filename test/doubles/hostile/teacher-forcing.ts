import * as ort from 'onnxruntime-web'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import type { FolderModel } from '../../../tools/bench/node-runtime.ts'
import { createSegmentEvidence, type SegmentEvidence } from '../../../workers/inference/generation/segment-evidence.ts'
import { parseModelConfig } from '../../../workers/inference/session/model-config.ts'
import { openPlain } from '../../../workers/inference/session/open-path.ts'
import { prepareGraph } from '../../../workers/inference/session/prepare-graph.ts'
import { createSequence } from '../../../workers/inference/session/sequence.ts'
import { ALL_TECHNIQUES } from '../../../workers/inference/techniques.ts'

/** Rows of one run. */
const RUN_ROWS = 64

/** One honest prefill over somebody's tokens, which is what a cheat needs to be believed, and all that it needs of the model. */
export interface TeacherForcing {
  /** [tokens][hidden]: the rows that, honestly, would have to choose `outputIds`. */
  rows(promptIds: readonly number[], outputIds: readonly number[]): Promise<Float32Array[]>
  /** What an honest provider would commit to, had these been its tokens. */
  evidence(promptIds: readonly number[], outputIds: readonly number[]): Promise<SegmentEvidence[]>
  release(): Promise<void>
}

/** On one WASM thread with the weights in f32: bit for bit the referee's rows. */
export async function openTeacherForcing(model: FolderModel): Promise<TeacherForcing> {
  const config = parseModelConfig(await model.readFile('config.json'), null)
  const { decoder } = await openPlain({
    ort,
    graph: await prepareGraph(await model.readFile('onnx/model_q4.onnx'), { provider: 'wasm', expand: true }),
    config,
    gpu: null,
    isFloat: true,
    slots: 1,
    contextTokens: config.contextTokens,
    techniques: ALL_TECHNIQUES,
    now: () => performance.now(),
  })

  let before: Promise<unknown> = Promise.resolve()

  /** One at a time: there is one cache. */
  function rows(promptIds: readonly number[], outputIds: readonly number[]): Promise<Float32Array[]> {
    const own = before.then(() => compute(promptIds, outputIds))
    before = own.catch(() => undefined)
    return own
  }

  async function compute(promptIds: readonly number[], outputIds: readonly number[]): Promise<Float32Array[]> {
    const sequence = createSequence(decoder, 0, 2)
    const inputs = [...promptIds, ...outputIds].slice(0, -1)
    const all: Float32Array[] = []
    for (let start = 0; start < inputs.length; start += RUN_ROWS) {
      const answers = await sequence.extend(inputs.slice(start, start + RUN_ROWS))
      for (let i = 0; i < answers.count; i++) all.push(answers.row(i).slice())
    }
    return all.slice(promptIds.length - 1)
  }

  return {
    rows,
    async evidence(promptIds, outputIds) {
      const segments: SegmentEvidence[] = []
      const all = await rows(promptIds, outputIds)
      for (let from = 0; from < all.length; from += SEGMENT_TOKENS) {
        const evidence = createSegmentEvidence()
        for (const row of all.slice(from, from + SEGMENT_TOKENS)) evidence.add(row)
        segments.push(evidence.digest())
      }
      return segments
    },
    release: () => decoder.release(),
  }
}
