import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { expandToF32 } from '../../workers/inference/graph/expand-to-f32.ts'
import { parseModelConfig } from '../../workers/inference/session/model-config.ts'
import { createDecoderSources, type DecoderSources } from '../fixtures/decoder-fixture.ts'
import { createLargeDecoder, LARGE_SHAPES, type LargeShape } from '../fixtures/large-decoder.ts'
import { writeModelFolder } from '../fixtures/write-model-folder.ts'
import { manifestOfFolder } from '../manifest/manifest-of-folder.ts'
import type { BenchSite } from './bench-site.ts'
import type { WeightShape } from './bytes-per-token.ts'

export const EMBEDDED_MODEL = 'locus-stories'

/** The embedded model has so many distinct weights: what its card says. */
const EMBEDDED_PARAMETERS = 3_148_224

/** Above this the f32 twin would pass what one WebAssembly memory holds together with a session. */
const F32_TWIN_BELOW_PARAMETERS = 200_000_000

/**
 * As deep as a hub model of a billion weights and no wider than it must be: a step has as many dispatches, and software computes it in
 * bearable time. What a step costs the page depends on their number alone.
 */
const DEEP = { name: 'deep', parameters: 2_887_808 } as const
const DEEP_DIMENSIONS = {
  layers: 16,
  hidden: 128,
  heads: 4,
  keyValueHeads: 2,
  headDimension: 32,
  feedForward: 256,
  vocabulary: 4_096,
  context: 512,
}

/** A model that the site serves under `/models/<name>/`. */
export interface BenchModel {
  name: string
  parameters: number
}

/** As names say it: `100m` is 4-bit, `1b-q4f16` 4-bit in half precision. */
export function precisionOf(model: string): 'q4' | 'q4f16' {
  return model.endsWith('-q4f16') ? 'q4f16' : 'q4'
}

/**
 * The embedded model, or random weights of a named shape (tools/fixtures/large-decoder.ts), made on the spot. Beside the 4-bit file lies
 * the same written out in f32 by our own transform, where it is small enough.
 */
export async function openBenchModel(site: BenchSite, name: string): Promise<BenchModel> {
  const folder = modelFolder(site, name)
  if (site.models.has(name)) return { name, parameters: site.models.get(name) ?? 0 }
  let parameters = EMBEDDED_PARAMETERS
  if (name !== EMBEDDED_MODEL) {
    const decoder = decoderOf(name)
    parameters = decoder.parameters
    await writeModelFolder(folder, decoder, new AbortController().signal)
    const manifest = await manifestOfFolder(folder, { name, license: 'apache-2.0' })
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
  }
  if (precisionOf(name) === 'q4' && parameters < F32_TWIN_BELOW_PARAMETERS) {
    // After the manifest: for transformers.js alone, our engine expands by itself.
    const { model } = expandToF32(new Uint8Array(await readFile(join(folder, 'onnx/model_q4.onnx'))))
    await writeFile(join(folder, 'onnx/model.onnx'), model)
  }
  site.models.set(name, parameters)
  return { name, parameters }
}

const ShapeSchema = v.object({ num_attention_heads: v.number(), intermediate_size: v.number() })

export async function weightShapeOf(site: BenchSite, name: string): Promise<WeightShape> {
  const bytes = new Uint8Array(await readFile(join(modelFolder(site, name), 'config.json')))
  const { num_attention_heads, intermediate_size } = v.parse(ShapeSchema, JSON.parse(new TextDecoder().decode(bytes)))
  return { ...parseModelConfig(bytes, null), heads: num_attention_heads, feedForward: intermediate_size }
}

function modelFolder(site: BenchSite, name: string): string {
  return join(site.folder, 'models', name)
}

function decoderOf(name: string): DecoderSources & { parameters: number } {
  if (name !== DEEP.name) return createLargeDecoder({ shape: shapeOf(name), precision: precisionOf(name) })
  const form = { family: 'llama', precision: 'q4', positionIds: false, externalData: false, seed: 1 } as const
  return { ...createDecoderSources({ ...form, dimensions: DEEP_DIMENSIONS }), parameters: DEEP.parameters }
}

function shapeOf(name: string): LargeShape {
  const wanted = name.replace(/-q4f16$/, '')
  const shapes = Object.keys(LARGE_SHAPES) as LargeShape[]
  const shape = shapes.find((known) => known === wanted)
  if (shape === undefined)
    throw new Error(`no model ${name}; there are ${[EMBEDDED_MODEL, DEEP.name, ...shapes].join(', ')}`)
  return shape
}
