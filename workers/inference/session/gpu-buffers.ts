/** A part of a buffer. Offset and length in bytes, multiples of 4 (WebGPU §13.3). */
export interface BufferRange {
  buffer: GPUBuffer
  offset: number
  bytes: number
}

/** Buffers that live and die together. */
export interface GpuBuffers {
  /** Zeroed, for shaders and copies. */
  storage(bytes: number): GPUBuffer
  /** The ranges' bytes, one behind the other, as they are when all work submitted so far is done. One read at a time. */
  read(ranges: readonly BufferRange[]): Promise<ArrayBuffer>
  destroy(): void
}

/** Shaders may see vectors of four 32-bit words. */
const GRANULE_BYTES = 16

export function createGpuBuffers(device: GPUDevice): GpuBuffers {
  const owned: GPUBuffer[] = []
  let staging: GPUBuffer | null = null

  function stagingOf(bytes: number): GPUBuffer {
    if (staging !== null && staging.size >= bytes) return staging
    staging?.destroy()
    staging = device.createBuffer({ size: 2 * bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    return staging
  }

  return {
    storage(bytes) {
      const size = Math.max(1, Math.ceil(bytes / GRANULE_BYTES)) * GRANULE_BYTES
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
      const buffer = device.createBuffer({ size, usage })
      owned.push(buffer)
      return buffer
    },
    async read(ranges) {
      const bytes = ranges.reduce((sum, range) => sum + range.bytes, 0)
      if (bytes === 0) {
        await device.queue.onSubmittedWorkDone()
        return new ArrayBuffer(0)
      }
      const target = stagingOf(bytes)
      const encoder = device.createCommandEncoder()
      let at = 0
      for (const range of ranges) {
        if (range.bytes > 0) encoder.copyBufferToBuffer(range.buffer, range.offset, target, at, range.bytes)
        at += range.bytes
      }
      device.queue.submit([encoder.finish()])
      await target.mapAsync(GPUMapMode.READ, 0, bytes)
      const copy = target.getMappedRange(0, bytes).slice(0)
      target.unmap()
      return copy
    },
    destroy() {
      for (const buffer of owned.splice(0)) buffer.destroy()
      staging?.destroy()
      staging = null
    },
  }
}
