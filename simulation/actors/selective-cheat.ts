import type { ProviderActor } from './provider-actor.ts'

/** Cheats now and then, so that good answers cover for bad ones. */
export function createSelectiveCheat(share: number): ProviderActor {
  return {
    name: `selective cheat of ${share}`,
    serve: ({ numbers }) => (numbers.chance(share) ? { kind: 'cheat', cheat: 'other-model' } : { kind: 'honest' }),
  }
}
