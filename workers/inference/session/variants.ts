import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import type { ModelManifest } from '../../../src/protocol/model/manifest.ts'
import type { Gpu } from './gpu-device.ts'

/** One way to run the model: which file, in which arithmetic, on what. */
export interface Variant {
  provider: 'webgpu' | 'wasm'
  precision: Cell['precision']
  path: string
  /** 4-bit or 8-bit weights are written out in f32 when the graph is prepared. */
  expand: boolean
}

export interface VariantFacts {
  /** Paths of the model's files. */
  paths: ReadonlySet<string>
  /** The device computes with float16. */
  half: boolean
  /** Whether weights may be written out in f32. */
  expand: boolean
}

/** Files of a hub export, best first, by what their weights are. */
const FILES = [
  { path: 'onnx/model_q4.onnx', precision: 'q4', expanded: 'q4-f32' },
  { path: 'onnx/model_quantized.onnx', precision: 'q8', expanded: 'q8-f32' },
  { path: 'onnx/model.onnx', precision: 'fp32', expanded: null },
] as const

/** What a model is best published as. */
export const BEST_FILE = FILES[0].path

const HALF = { precision: 'q4f16', path: 'onnx/model_q4f16.onnx', expand: false } as const

/**
 * What to try, in this order. On the processor the same weights in f32 first: 325 instead of 67 tokens/s on one thread (engine.md,
 * Precision on the CPU). On a GPU in place; float16 activations only where the shaders have them, after the f32 kernels.
 */
export function variantsFor(provider: 'webgpu' | 'wasm', { paths, half, expand }: VariantFacts): Variant[] {
  const variants: Variant[] = []
  for (const { path, precision, expanded } of FILES) {
    if (!paths.has(path)) continue
    if (provider === 'wasm' && expanded !== null && expand) {
      variants.push({ provider, precision: expanded, path, expand: true })
    }
    variants.push({ provider, precision, path, expand: false })
  }
  // The processor widens every half: slow, and the only reference where no other file is at hand.
  const mayHalf = provider === 'webgpu' ? half : variants.length === 0
  if (mayHalf && paths.has(HALF.path)) variants.push({ provider, ...HALF })
  return variants
}

/** What to try of a model on a device, or on the processor. */
export function variantsOf({ files }: ModelManifest, gpu: Gpu | null, expand: boolean): Variant[] {
  return variantsFor(gpu === null ? 'wasm' : 'webgpu', {
    paths: new Set(files.map(({ path }) => path)),
    half: gpu?.device.features.has('shader-f16') ?? false,
    expand,
  })
}
