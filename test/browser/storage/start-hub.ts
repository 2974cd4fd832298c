import type { TestProject } from 'vitest/node'
import { createHostileHub } from '../../doubles/hub/hostile-hub.ts'
import { sampleRepository } from '../../doubles/hub/hub-repository.ts'

declare module 'vitest' {
  interface ProvidedContext {
    hubOrigin: string
  }
}

/** A page cannot start a hub, so Node starts one for all browser tests and stops it after them. */
export async function setup({ provide }: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const hub = await createHostileHub([sampleRepository()])
  provide('hubOrigin', hub.origin)
  return () => hub.stop()
}
