import type { ContributeEvent, ContributeState, ContributeTotals } from '../participant/events.ts'
import type { ModelStatus, NetworkStatus } from '../participant/ports.ts'

/** What the platform can say about this device before any test. All of it stays on the page. */
export interface DeviceDescription {
  /** The WebGPU adapter in words, or null where there is none. */
  gpu: string | null
  browser: string
  /** Logical processor cores; 0 when the browser does not say. */
  cores: number
}

/** The model of this page and how much of it is on this device. */
export interface ModelOnDevice {
  name: string
  /** Size of the whole model. */
  totalBytes: number
  status: ModelStatus
}

export interface ContributeModel {
  state: ContributeState
  totals: ContributeTotals
  device: DeviceDescription | null
  network: NetworkStatus
  model: ModelOnDevice | null
  /** Tokens per second, one for every SAMPLE_TOKENS tokens, oldest first; 0 marks that no answer was left. At most SPEED_SAMPLES. */
  speeds: readonly number[]
}

export type ContributeInput =
  | ContributeEvent
  | { type: 'device'; device: DeviceDescription }
  | { type: 'network'; status: NetworkStatus }
  | { type: 'model'; model: ModelOnDevice }

/** Providers report every token; a speed changes more slowly than that. */
export const SAMPLE_TOKENS = 8

/** About a thousand tokens, and as many steps as a sparkline can still show apart. */
export const SPEED_SAMPLES = 120

export const INITIAL_CONTRIBUTE: ContributeModel = {
  state: { state: 'idle' },
  totals: { jobs: 0, tokens: 0, attestations: 0 },
  device: null,
  network: { state: 'offline' },
  model: null,
  speeds: [],
}

export function foldContribute(model: ContributeModel, input: ContributeInput): ContributeModel {
  switch (input.type) {
    case 'state':
      return { ...model, state: input.state, speeds: nextSpeeds(model, input.state) }
    case 'totals':
      return { ...model, totals: input.totals }
    case 'device':
      return { ...model, device: input.device }
    case 'network':
      return { ...model, network: input.status }
    case 'model':
      return { ...model, model: input.model }
    default:
      return input satisfies never
  }
}

function nextSpeeds(model: ContributeModel, next: ContributeState): readonly number[] {
  if (next.state === 'serving') {
    return isSampled(model.state, next) ? [...model.speeds, next.tokensPerSecond].slice(-SPEED_SAMPLES) : model.speeds
  }
  if (next.state === 'idle') return []
  return model.state.state === 'serving' ? [...model.speeds, 0].slice(-SPEED_SAMPLES) : model.speeds
}

function isSampled(previous: ContributeState, next: Extract<ContributeState, { state: 'serving' }>): boolean {
  if (previous.state !== 'serving') return true
  return Math.floor(previous.tokens / SAMPLE_TOKENS) !== Math.floor(next.tokens / SAMPLE_TOKENS)
}
