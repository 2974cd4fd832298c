import type { TestProject } from 'vitest/node'
import { createRelay } from '../../../services/relay/create-relay.ts'

declare module 'vitest' {
  interface ProvidedContext {
    relayMultiaddr: string
  }
}

/** A page cannot start a relay, so Node starts one for all browser tests and stops it after them. */
export async function setup({ provide }: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const relay = await createRelay()
  provide('relayMultiaddr', relay.multiaddr)
  return () => relay.stop()
}
