import type { Engine } from '../../../src/participant/ports.ts'
import { withOtherQuestion } from './hostile-engine.ts'

/** `WrongTemperature` samples with the right seed and `factor` times the temperature that was asked for; 0 takes the likeliest token. */
export function wrongTemperature(honest: Engine, factor: number): Engine {
  return withOtherQuestion(honest, (asked) => ({
    ...asked,
    sampler: { ...asked.sampler, temperatureMilli: Math.round(asked.sampler.temperatureMilli * factor) },
  }))
}
