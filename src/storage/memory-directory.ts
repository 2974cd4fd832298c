import type { ChunkDirectory, ChunkFile } from './chunk-directory.ts'

/** A directory that lasts as long as the page: for browsers without a private file system, and for tests. */
export function createMemoryDirectory(): ChunkDirectory {
  const directories = new Map<string, ChunkDirectory>()
  const files = new Map<string, ChunkFile>()
  return {
    getDirectoryHandle: (name, options) => lookUp(directories, name, options, createMemoryDirectory),
    getFileHandle: (name, options) => lookUp(files, name, options, createMemoryFile),
    async removeEntry(name) {
      const removed = [files.delete(name), directories.delete(name)]
      if (!removed.includes(true)) throw notFound(name)
    },
    async *keys() {
      yield* [...directories.keys(), ...files.keys()]
    },
  }
}

async function lookUp<T>(
  entries: Map<string, T>,
  name: string,
  options: { create?: boolean } | undefined,
  create: () => T,
): Promise<T> {
  const found = entries.get(name)
  if (found !== undefined) return found
  if (options?.create !== true) throw notFound(name)
  const created = create()
  entries.set(name, created)
  return created
}

function createMemoryFile(): ChunkFile {
  let content = new Uint8Array()
  return {
    getFile: async () => ({ size: content.length, arrayBuffer: async () => content.slice().buffer }),
    async createWritable() {
      const parts: Uint8Array[] = []
      return {
        async write(bytes) {
          parts.push(bytes.slice())
        },
        async close() {
          content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
          let offset = 0
          for (const part of parts) {
            content.set(part, offset)
            offset += part.length
          }
        },
        async abort() {
          parts.length = 0
        },
      }
    },
  }
}

/** The File System API's own name for it. */
function notFound(name: string): DOMException {
  return new DOMException(`${name} is not here`, 'NotFoundError')
}
