import type { ProviderActor } from './provider-actor.ts'

/** Serves well until its record is long, then never again. */
export function createSleeper(goodJobs: number): ProviderActor {
  return {
    name: `sleeper of ${goodJobs} jobs`,
    serve: ({ jobsServed }) => (jobsServed < goodJobs ? { kind: 'honest' } : { kind: 'cheat', cheat: 'other-model' }),
  }
}
