import * as v from 'valibot'
import { MAX_TEMPERATURE_MILLI, MAX_TOP_K } from '../limits.ts'

/**
 * The sampler's terms, in integers so that both ends compute with the same numbers (protocol.md §3).
 * Temperature 0 is greedy, whatever top-k and top-p say.
 */
export const SamplerSchema = v.strictObject({
  temperatureMilli: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_TEMPERATURE_MILLI)),
  topK: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_TOP_K)),
  topPMilli: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000)),
})

export type Sampler = v.InferOutput<typeof SamplerSchema>
