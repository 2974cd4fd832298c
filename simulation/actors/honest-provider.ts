import type { ProviderActor } from './provider-actor.ts'

/** Computes what it is asked for. */
export const HONEST_PROVIDER: ProviderActor = { name: 'honest', serve: () => ({ kind: 'honest' }) }
