import type { EnginePath, ModelSource, SelfTestReport } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import type { KnownAnswers } from '../self-test/known-answers.ts'
import type { Techniques } from '../techniques.ts'
import type { Gpu, GpuOffer } from './gpu-device.ts'
import type { DeviceMemory } from './memory-budget.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort } from './ort-api.ts'
import type { SlotDecoder } from './slot-decoder.ts'

export interface ProviderPorts {
  importOrt: (provider: 'webgpu' | 'wasm') => Promise<Ort>
  openGpu: () => Promise<GpuOffer>
  /** For example `chromium 156`; names WebGPU cells. */
  browser: string
  /** What the browser tells of this device's memory. */
  memory: Pick<DeviceMemory, 'isPhone' | 'deviceGib'>
  /** Milliseconds, monotonic. */
  now: () => number
  /** What may be used; all but for measurements. */
  techniques: Techniques
}

export interface ProviderRequest extends ModelSource {
  provider: 'auto' | 'webgpu' | 'wasm' | 'referee'
  config: ModelConfig
  /** Null where none were shipped: then the processor's are taken. */
  answers: KnownAnswers | null
  /** Part of this device's memory budget to plan with: 1, and less after memory ran out. */
  memoryShare: number
  readFile: (path: string) => Promise<Uint8Array>
  progress: (stage: 'preparing' | 'compiling' | 'self-test', fraction: number) => void
  signal: AbortSignal
}

export interface ChosenProvider {
  decoder: SlotDecoder
  path: EnginePath
  gpu: Gpu | null
  cell: Cell
  selfTests: SelfTestReport[]
  tokensPerSecond: number
}

/** Why something was not even tested, or not to its end. */
export function refusal(provider: 'webgpu' | 'wasm', summary: string): SelfTestReport {
  return { provider, steps: [], prefillChunk: 0, outcome: 'refused', summary }
}

/** Errors: `engine/aborted`. */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new CodedError({
    code: 'engine/aborted',
    message: 'The work was stopped before its end.',
    nextStep: 'Start it again when you want to.',
  })
}
