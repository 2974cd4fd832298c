import type { CacheShape, Precision } from './hub-pin.ts'

/** What computes: a GPU with half-precision shaders, one without, or the processor. */
export const DEVICE_KINDS = ['webgpu-f16', 'webgpu', 'wasm'] as const

export type DeviceKind = (typeof DEVICE_KINDS)[number]

/**
 * Which precision runs where. Half-precision kernels need `shader-f16`; the WASM provider has none, and would widen every weight on
 * every step.
 */
const DEVICES_OF: Record<Precision, readonly DeviceKind[]> = {
  q4f16: ['webgpu-f16'],
  fp16: ['webgpu-f16'],
  q4: DEVICE_KINDS,
  q8: DEVICE_KINDS,
  fp32: DEVICE_KINDS,
}

/**
 * Best first: the fewest bytes that run well. Eight bits last: hubs publish them with one scale for all rows of a run, which the engine
 * refuses since nobody could check the answers.
 */
const PREFERENCE: Record<DeviceKind, readonly Precision[]> = {
  'webgpu-f16': ['q4f16', 'q4', 'fp32', 'q8'],
  webgpu: ['q4', 'fp32', 'q8'],
  wasm: ['q4', 'fp32', 'q8'],
}

/** Context that the estimate counts with: a page's prompt and answer, not the model's limit. */
const ESTIMATED_CONTEXT_TOKENS = 2_048

/** 32-bit WebAssembly ends at 4 GiB; the runtime itself, its arena and the tokenizer take their share. */
const MAX_WASM_BYTES = 3 * 1024 ** 3

/** Beyond half of a device's memory the browser, or the system, starts to end pages. */
const COMFORTABLE_SHARE = 0.5

export interface FitFacts {
  precision: Precision
  totalBytes: number
  cache: CacheShape
}

export interface FitDevice {
  kind: DeviceKind
  /** As far as the browser tells; null where it does not. */
  memoryBytes: number | null
}

export type ModelFit =
  | { state: 'fits'; memoryBytes: number }
  /** It may run; what else is open may be ended. */
  | { state: 'tight'; memoryBytes: number }
  | { state: 'too-large'; memoryBytes: number }
  | { state: 'other-device'; runsOn: readonly DeviceKind[] }

/** Which precision to take of those that a model comes in; null when none runs on this device. */
export function choosePrecision(offered: readonly Precision[], kind: DeviceKind): Precision | null {
  return PREFERENCE[kind].find((precision) => offered.includes(precision)) ?? null
}

/**
 * Bytes that a loaded model takes at its peak, estimated: the weights as the provider holds them, and the cache of 2,048 tokens. The
 * processor holds the file and its unpacked initialisers side by side while it loads. What the engine admits is measured, not this.
 */
export function memoryNeed({ precision, totalBytes, cache }: FitFacts, kind: DeviceKind): number {
  const isHalf = precision === 'q4f16' || precision === 'fp16'
  const valueBytes = isHalf && kind === 'webgpu-f16' ? 2 : 4
  const tokenBytes = 2 * cache.layers * cache.keyValueHeads * cache.headDimension * valueBytes
  return totalBytes * (kind === 'wasm' ? 2 : 1) + tokenBytes * ESTIMATED_CONTEXT_TOKENS
}

export function fitOf(facts: FitFacts, { kind, memoryBytes }: FitDevice): ModelFit {
  const runsOn = DEVICES_OF[facts.precision]
  if (!runsOn.includes(kind)) return { state: 'other-device', runsOn }
  const needed = memoryNeed(facts, kind)
  const limit = Math.min(kind === 'wasm' ? MAX_WASM_BYTES : Infinity, memoryBytes ?? Infinity)
  if (needed > limit) return { state: 'too-large', memoryBytes: needed }
  const isTight = memoryBytes !== null && needed > memoryBytes * COMFORTABLE_SHARE
  return { state: isTight ? 'tight' : 'fits', memoryBytes: needed }
}
