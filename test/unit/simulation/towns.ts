import { byzantineProviders, honestProviders } from '../../../simulation/default-population.ts'
import type { ProviderPlan } from '../../../simulation/population.ts'
import type { SimulationOptions } from '../../../simulation/simulate.ts'

/** Few providers, so that each has served often enough after a thousand jobs for its way to show. */
function town(honest: ProviderPlan[], ...cheats: string[]): Partial<SimulationOptions> {
  const all = byzantineProviders()
  const chosen = cheats.map((name) => all.find(({ actor }) => actor.name === name) as ProviderPlan)
  return { providers: [...honest, ...chosen] }
}

/** Cheats of every job, and of those after a good beginning. */
export const CHEATS_TOWN = town(
  [...honestProviders(5, 'universal'), ...honestProviders(2, 'gpu')],
  'other-model',
  'prefill-spoof',
  'sleeper of 60 jobs',
)

/** A cell without a judge of its own, where evidence has to add up. */
export const LOOSE_TOWN = town(
  [...honestProviders(2, 'universal'), ...honestProviders(2, 'loose')],
  'other-model, loose cell',
  'selective cheat of 0.1, loose cell',
)

/** Who runs providers and verifiers together. */
export const COALITION_TOWN = town(
  [...honestProviders(4, 'universal'), ...honestProviders(1, 'gpu')],
  'self-checker',
  'other-model',
  'other-model, rare cell',
)

/** Who tries again until chance is kind. */
export const GRINDERS_TOWN = town(honestProviders(3, 'universal'), 'beacon grinder', 'seed grinder', 'equivocator')
