/**
 * The part of the File System API that the model store uses, so that it runs over the browser's private file system (OPFS) and,
 * where there is none, over memory. A real FileSystemDirectoryHandle is one of these as it stands.
 */
export interface ChunkDirectory {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<ChunkDirectory>
  getFileHandle(name: string, options?: { create?: boolean }): Promise<ChunkFile>
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>
  /** Names of what it holds. */
  keys(): AsyncIterable<string>
}

export interface ChunkFile {
  getFile(): Promise<{ size: number; arrayBuffer(): Promise<ArrayBuffer> }>
  /** What is written appears at `close`, all of it or nothing. */
  createWritable(): Promise<ChunkWriter>
}

export interface ChunkWriter {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
  abort(): Promise<void>
}
