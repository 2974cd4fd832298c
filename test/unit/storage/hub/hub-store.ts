import type { ChunkDirectory } from '../../../../src/storage/chunk-directory.ts'
import { createMemoryDirectory } from '../../../../src/storage/memory-directory.ts'
import { createModelStore, type DeviceModelStore, type ModelStorePorts } from '../../../../src/storage/model-store.ts'
import type { HostileHub } from '../../../doubles/hub/hostile-hub.ts'
import { createImmediateClock, type ImmediateClock } from '../../../doubles/immediate-clock.ts'

export interface HubDevice {
  readonly directory: ChunkDirectory
  readonly clock: ImmediateClock
  /** Bytes that the network delivered to the store. */
  readonly deliveredBytes: number
  /** A new store over the same directory: what a reloaded page has. */
  open(ports?: Partial<ModelStorePorts>): DeviceModelStore
}

/** One device, with nothing on it, that knows a hub and no model. */
export function createHubDevice(hub: HostileHub, directory: ChunkDirectory = createMemoryDirectory()): HubDevice {
  const clock = createImmediateClock()
  let deliveredBytes = 0
  return {
    directory,
    clock,
    get deliveredBytes() {
      return deliveredBytes
    },
    open: (ports = {}) =>
      createModelStore(
        {
          directory,
          persistence: 'memory',
          fetch: async (url, init) => counted(await fetch(url, init), (bytes) => (deliveredBytes += bytes)),
          sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
          clock,
          freeBytes: async () => null,
          askToPersist: () => undefined,
          savesData: () => false,
          ...ports,
        },
        { catalogue: [], hubCatalogue: [], hub: hub.origin },
      ),
  }
}

/** The same response, whose body tells what its reader took; nothing is read ahead. */
export function counted(response: Response, onRead: (bytes: number) => void): Response {
  if (response.body === null) return response
  const count = new TransformStream<Uint8Array, Uint8Array>(
    {
      transform(piece, controller) {
        onRead(piece.length)
        controller.enqueue(piece)
      },
    },
    undefined,
    { highWaterMark: 0 },
  )
  const { status, headers, url, redirected } = response
  const copy = new Response(response.body.pipeThrough(count), { status, headers })
  return Object.defineProperties(copy, { url: { value: url }, redirected: { value: redirected } })
}
