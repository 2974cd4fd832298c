import { exp, ln } from '../sampling/deterministic-math.ts'

/** Nats. An honest answer takes back at most this much, or a long good record would pay for what comes after it. */
export const MIN_LAMBDA = -0.5

/** Nats. One audit, however bad, is an eighth of an alarm: memory does flip, and thresholds have tails. */
export const MAX_LAMBDA = 3

/** E[e^λ] over honest segments must be shown to be at most this: 1 would do, the rest is for what calibration has not seen. */
export const HONEST_GATE = 0.8

/** One in a thousand calibrations may pass the gate by luck. */
const GATE_ERROR = 1e-3

/**
 * The evidence against a provider in one segment, in nats: how far its score (`scoreSegment`, protocol.md §4; at most 1 is honest) is beyond
 * the limit, clamped. e^λ is an e-value: with E[e^λ] ≤ 1 for whoever is honest, e^(Σλ) is a supermartingale, and by Ville's inequality it
 * ever reaches e^h with probability at most e^−h, whenever one looks (Grünwald, de Heide, Koolen 2024, "Safe testing").
 * Limits are twice the worst honest segment, so honest segments have about ½ or less, and give λ = −½.
 */
export function lambdaOf(score: number): number {
  return clampLambda(score - 1)
}

/**
 * The evidence of one audited answer: its segments' together, clamped again. Segments of one answer share a device and a text, so what
 * they say together counts for no more than one of them can.
 */
export function lambdaOfAnswer(scores: readonly number[]): number {
  return scores.length === 0 ? 0 : clampLambda(scores.reduce((sum, score) => sum + lambdaOf(score), 0))
}

export interface HonestGate {
  samples: number
  /** Of e^λ. */
  mean: number
  /** Above E[e^λ] with a probability of 99.9 %; infinite for fewer than two samples. */
  upperBound: number
  passes: boolean
}

/**
 * Whether scores of honest segments justify the weights: an upper confidence bound of E[e^λ], by the empirical Bernstein inequality
 * (Maurer and Pontil 2009, theorem 4), which needs nothing of the distribution but its range and that the samples are independent.
 *
 * @internal For benches: thresholds ship only with calibrations that pass.
 */
export function honestGate(scores: readonly number[]): HonestGate {
  const samples = scores.length
  const evidence = scores.map((score) => eValue(lambdaOf(score)))
  const mean = evidence.reduce((sum, value) => sum + value, 0) / samples
  if (samples < 2) return { samples, mean, upperBound: Number.POSITIVE_INFINITY, passes: false }
  const variance = evidence.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (samples - 1)
  const logTerm = ln(2 / GATE_ERROR)
  const range = eValue(MAX_LAMBDA) - eValue(MIN_LAMBDA)
  const upperBound = mean + Math.sqrt((2 * variance * logTerm) / samples) + (7 * range * logTerm) / (3 * (samples - 1))
  return { samples, mean, upperBound, passes: upperBound <= HONEST_GATE }
}

/** e^λ; the protocol's own exp takes no positive numbers. */
function eValue(lambda: number): number {
  return lambda > 0 ? 1 / exp(-lambda) : exp(lambda)
}

/** A number that is none is no evidence: it came from a stranger. */
export function clampLambda(lambda: number): number {
  return Number.isNaN(lambda) ? 0 : Math.min(MAX_LAMBDA, Math.max(MIN_LAMBDA, lambda))
}
