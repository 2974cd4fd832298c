import type { Sampler } from '../src/protocol/sampling/sampler.ts'

/** The sampler that always takes the likeliest token. */
export const GREEDY: Sampler = { temperatureMilli: 0, topK: 1, topPMilli: 1_000 }
