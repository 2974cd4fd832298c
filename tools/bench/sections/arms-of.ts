import type { Techniques } from '../../../workers/inference/techniques.ts'
import type { ArmPrecision, ArmProvider, ArmSpec, Manner } from '../arms/arm.ts'

const FILE_NAMES: Record<ArmPrecision, string> = { q4: '4-bit', q4f16: '4-bit f16', fp32: 'f32' }

/** The arms by the letters of the plan. */
export function transformersArm(provider: ArmProvider, precision: ArmPrecision = 'q4'): ArmSpec {
  return { name: `A transformers.js, ${FILE_NAMES[precision]}`, kind: 'transformers', provider, precision }
}

export function transformersOnOurOrtArm(provider: ArmProvider, precision: ArmPrecision = 'q4'): ArmSpec {
  return { name: 'A′ the same on our ORT', kind: 'transformers-our-ort', provider, precision }
}

export function plainArm(provider: ArmProvider, precision: ArmPrecision = 'q4'): ArmSpec {
  return { name: `B plain loop, ${FILE_NAMES[precision]}`, kind: 'plain', provider, precision }
}

export function oursArm(provider: ArmProvider): ArmSpec {
  return { name: 'C Locus', kind: 'ours', provider, precision: 'q4' }
}

/** Ours behind the app's own client and worker. */
export function engineArm(provider: ArmProvider): ArmSpec {
  return { name: 'C′ Locus, in the app', kind: 'engine', provider, precision: 'q4' }
}

/** The same, paid by the segment. */
export function paidArm(provider: ArmProvider): ArmSpec {
  return { name: 'C′ paid by the segment', kind: 'paid-engine', provider, precision: 'q4' }
}

const TECHNIQUE_NAMES: Record<keyof Techniques, string> = {
  capture: 'graph capture',
  batch: 'batching',
  speculation: 'prompt lookup',
  prefixCache: 'prefix cache',
  expand: 'expansion to f32',
  window: 'windows, replaying',
}

/** Ours without one of its techniques. */
export function withoutArm(provider: ArmProvider, technique: keyof Techniques): ArmSpec {
  return { ...oursArm(provider), name: `D without ${TECHNIQUE_NAMES[technique]}`, without: [technique] }
}

export function serially(spec: ArmSpec): { spec: ArmSpec; manner: Manner } {
  return { spec, manner: 'serial' }
}
