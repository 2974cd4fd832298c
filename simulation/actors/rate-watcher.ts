import type { ProviderActor } from './provider-actor.ts'

/** Works well wherever it is watched closely, and cheats as soon as audits are rare. */
export function createRateWatcher(below: number): ProviderActor {
  return {
    name: `rate watcher below ${below}`,
    serve: ({ rate }) => (rate < below ? { kind: 'cheat', cheat: 'other-model' } : { kind: 'honest' }),
  }
}
