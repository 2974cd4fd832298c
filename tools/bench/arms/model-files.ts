import * as v from 'valibot'
import { type ModelManifest, ModelManifestSchema, modelRootOf } from '../../../src/protocol/model/manifest.ts'
import type { ArmPrecision } from './arm.ts'

/** As a hub lays them out, and as transformers.js looks for them. */
export function modelFile(precision: ArmPrecision): string {
  return `onnx/${{ q4: 'model_q4', q4f16: 'model_q4f16', fp32: 'model' }[precision]}.onnx`
}

export async function fetchBytes(model: string, path: string): Promise<Uint8Array> {
  const response = await fetch(`/models/${model}/${path}`)
  if (!response.ok) throw new Error(`${model}/${path}: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

export async function fetchManifest(model: string): Promise<{ manifest: ModelManifest; modelRoot: string }> {
  const text = new TextDecoder().decode(await fetchBytes(model, 'manifest.json'))
  const manifest = v.parse(ModelManifestSchema, JSON.parse(text))
  return { manifest, modelRoot: modelRootOf(manifest) }
}

/** The model file and what lies beside it, as ONNX Runtime takes them. */
export async function fetchModel(model: string, precision: ArmPrecision) {
  const path = modelFile(precision)
  const { manifest } = await fetchManifest(model)
  const beside = manifest.files.map((file) => file.path).filter((other) => other.startsWith(`${path}_data`))
  const externalData = await Promise.all(
    beside.map(async (other) => ({ path: other.slice('onnx/'.length), data: await fetchBytes(model, other) })),
  )
  return { bytes: await fetchBytes(model, path), externalData }
}
