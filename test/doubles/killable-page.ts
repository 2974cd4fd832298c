import type { ChunkDirectory, ChunkFile } from '../../src/storage/chunk-directory.ts'
import type { Fetch } from '../../src/storage/fetch-range.ts'

/** A page that ends between two of its steps, as when its tab is killed: what it asked for after that never comes back. */
export interface KillablePage {
  readonly directory: ChunkDirectory
  readonly fetch: Fetch
  /** Resolves when the page was killed. */
  readonly killed: Promise<void>
  /** Bytes that the network had delivered to it. */
  readonly deliveredBytes: () => number
}

/**
 * Counts every step that a page takes with its disk or its network from the first byte of a body on, and kills it before step
 * `lifeSteps`. A write that had not been closed by then never appears.
 */
export function createKillablePage(disk: ChunkDirectory, network: Fetch, lifeSteps: number): KillablePage {
  let steps = 0
  let delivered = 0
  const lines = new AbortController()
  let tellKilled: () => void = () => undefined
  const killed = new Promise<void>((resolve) => {
    tellKilled = resolve
  })

  async function step<T>(work: () => Promise<T>): Promise<T> {
    if (delivered > 0) steps += 1
    if (steps > lifeSteps) {
      lines.abort()
      tellKilled()
      return await new Promise<never>(() => undefined)
    }
    return await work()
  }

  function file(real: ChunkFile): ChunkFile {
    return {
      getFile: () => step(() => real.getFile()),
      async createWritable() {
        const writer = await step(() => real.createWritable())
        return {
          write: (bytes) => step(() => writer.write(bytes)),
          close: () => step(() => writer.close()),
          abort: () => step(() => writer.abort()),
        }
      },
    }
  }

  function directory(real: ChunkDirectory): ChunkDirectory {
    return {
      getDirectoryHandle: async (name, options) => directory(await step(() => real.getDirectoryHandle(name, options))),
      getFileHandle: async (name, options) => file(await step(() => real.getFileHandle(name, options))),
      removeEntry: (name, options) => step(() => real.removeEntry(name, options)),
      async *keys() {
        for await (const name of real.keys()) yield await step(async () => name)
      },
    }
  }

  function body(real: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = real.getReader()
    return new ReadableStream(
      {
        async pull(controller) {
          const { done, value } = await step(() => reader.read())
          if (done) {
            controller.close()
            return
          }
          delivered += value.length
          controller.enqueue(value)
        },
        cancel: (reason) => reader.cancel(reason),
      },
      // Nothing is read before it is asked for: what counts as delivered is what the page has in hand.
      { highWaterMark: 0 },
    )
  }

  return {
    directory: directory(disk),
    killed,
    deliveredBytes: () => delivered,
    async fetch(url, init) {
      const signal = init.signal == null ? lines.signal : AbortSignal.any([init.signal, lines.signal])
      const response = await step(() => network(url, { ...init, signal }))
      if (response.body === null) return response
      const { status, headers, redirected } = response
      const copy = new Response(body(response.body), { status, headers })
      return Object.defineProperties(copy, { url: { value: response.url }, redirected: { value: redirected } })
    },
  }
}
