import type { DecoderFixtureOptions } from '../../../tools/fixtures/decoder-fixture.ts'
import { createDecoderFixture } from '../../../tools/fixtures/decoder-fixture.ts'
import { appendFinalNormTap } from '../../../workers/inference/graph/append-final-norm-tap.ts'
import {
  type CapturedDecoder,
  createCapturedDecoder,
  STEP_ROWS,
} from '../../../workers/inference/session/captured-decoder.ts'
import { prepareCapturedGraph } from '../../../workers/inference/session/captured-graph.ts'
import { openCapturedSession } from '../../../workers/inference/session/captured-session.ts'
import { createDecoder, type Decoder } from '../../../workers/inference/session/decoder.ts'
import { type Gpu, openGpu } from '../../../workers/inference/session/gpu-device.ts'
import { type ModelConfig, parseModelConfig } from '../../../workers/inference/session/model-config.ts'
import type { Ort } from '../../../workers/inference/session/ort-api.ts'
import type { SlotDecoder } from '../../../workers/inference/session/slot-decoder.ts'

/** Software WebGPU is wrong from 32 rows on. */
export const PREFILL_ROWS = 16

export async function openSoftwareGpu(): Promise<Gpu> {
  const offer = await openGpu(navigator.gpu, () => undefined)
  if ('unavailable' in offer) throw new Error(offer.unavailable)
  return offer.gpu
}

export interface BothDecoders {
  config: ModelConfig
  plain: Decoder
  captured: CapturedDecoder
}

export async function openBoth(
  ort: Ort,
  gpu: Gpu,
  options: DecoderFixtureOptions,
  { slots = 4, contextTokens = 96 }: { slots?: number; contextTokens?: number } = {},
): Promise<BothDecoders> {
  const parts = partsOf(options)
  const { file, config, externalData } = parts
  const graph = prepareCapturedGraph(file)
  if ('plain' in graph) throw new Error(graph.plain)
  const session = await openCapturedSession(ort, graph, gpu, externalData)
  const captured = await createCapturedDecoder(ort, session, graph, config, gpu, {
    slots,
    contextTokens,
    stepRows: STEP_ROWS,
  }).catch(async (error: unknown) => {
    await session.release()
    throw error
  })
  return { config, plain: await openExported(ort, parts, gpu), captured }
}

export interface FixtureParts {
  file: Uint8Array
  config: ModelConfig
  externalData: { path: string; data: Uint8Array }[]
}

export function partsOf(options: DecoderFixtureOptions): FixtureParts {
  const fixture = createDecoderFixture(options)
  const file = fixture.files.get(fixture.modelPath)
  const configFile = fixture.files.get('config.json')
  if (file === undefined || configFile === undefined) throw new Error('an incomplete fixture')
  const externalData = fixture.dataPaths.map((path) => ({
    path: path.slice('onnx/'.length),
    data: fixture.files.get(path) ?? new Uint8Array(),
  }))
  return { file, config: parseModelConfig(configFile, null), externalData }
}

/** The graph as it was exported, keys and values as new buffers of every run. */
export async function openExported(ort: Ort, { file, config, externalData }: FixtureParts, gpu: Gpu): Promise<Decoder> {
  const { model, tapName } = appendFinalNormTap(file)
  const names = Array.from({ length: config.layers }, (_, i) => [`present.${i}.key`, `present.${i}.value`]).flat()
  ort.env.wasm.numThreads = 1
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [{ name: 'webgpu', device: gpu.device }],
    preferredOutputLocation: Object.fromEntries(names.map((name) => [name, 'gpu-buffer' as const])),
    logSeverityLevel: 3,
    externalData,
  })
  return createDecoder(ort, session, config, { tapName, watch: gpu.watch })
}

export function promptOf(seed: number, length: number, vocabularySize: number): number[] {
  return Array.from({ length }, (_, i) => (seed * 31 + i * 37 + ((i * i) % 11)) % vocabularySize)
}

/** Feeds the prompt without its last id, in the pieces that software WebGPU computes rightly. */
export async function prefill(decoder: SlotDecoder, slot: number, ids: readonly number[]): Promise<void> {
  for (let start = 0; start < ids.length - 1; start += PREFILL_ROWS) {
    const end = Math.min(ids.length - 1, start + PREFILL_ROWS)
    await decoder.run([{ slot, start, ids: ids.slice(start, end), wantedFrom: 0, wantedCount: 0 }])
  }
}

export function argmax(values: Float32Array): number {
  let best = 0
  for (const [i, value] of values.entries()) if (value > (values[best] ?? 0)) best = i
  return best
}

/** The simple loop, run by run, batch 1, one row at a time. */
export async function plainGreedy(decoder: Decoder, prompt: readonly number[], tokens: number): Promise<number[]> {
  const { vocabularySize } = decoder.config
  const ids = [...prompt]
  let cache = decoder.emptyCache()
  let past = 0
  while (ids.length < prompt.length + tokens) {
    const fed = ids.slice(past, past + PREFILL_ROWS)
    const output = await decoder.run(cache, past, fed)
    cache = output.cache
    past += fed.length
    if (past === ids.length) ids.push(argmax(output.logits.subarray(-vocabularySize)))
  }
  decoder.dispose(cache)
  return ids.slice(prompt.length)
}

export async function capturedGreedy(
  decoder: SlotDecoder,
  slot: number,
  prompt: readonly number[],
  tokens: number,
): Promise<number[]> {
  const ids = [...prompt]
  await prefill(decoder, slot, prompt)
  while (ids.length < prompt.length + tokens) {
    const feed = { slot, start: ids.length - 1, ids: ids.slice(-1), wantedFrom: 0, wantedCount: 1 }
    const [answer] = await decoder.run([feed])
    if (answer === undefined) throw new Error('no answer')
    ids.push(argmax(answer.logits(0)))
  }
  return ids.slice(prompt.length)
}
