/** One dispatch, as it was encoded. */
interface Dispatch {
  pipeline: GPUComputePipeline
  group: GPUBindGroup
  /** Workgroups, or where on the device they are counted. */
  counts: readonly [number, number, number] | { buffer: GPUBuffer; offset: number }
}

/** All that one replay of a captured graph sends to the device. */
export interface Recording {
  encode(pass: GPUComputePassEncoder): void
}

/** What would have to be repeated outside of a compute pass. */
const OTHER_COMMANDS = [
  'beginRenderPass',
  'clearBuffer',
  'copyBufferToBuffer',
  'copyBufferToTexture',
  'copyTextureToBuffer',
  'copyTextureToTexture',
  'resolveQuerySet',
] as const

/**
 * Notes what `work` dispatches on `device`, so that it can be repeated without asking ORT: a replay through ORT costs the page more for
 * naming inputs and outputs than for the dispatches (12 layers: 1.3 ms, of which 0.3). The buffers are those of ORT's captured graph and live
 * as long as its session. Null when there was anything but dispatches of one bind group each, since that might not be the same every time.
 */
export async function recordDispatches(device: GPUDevice, work: () => Promise<void>): Promise<Recording | null> {
  const dispatches: Dispatch[] = []
  let repeatable = true
  const unrepeatable = (): void => {
    repeatable = false
  }

  const restore = [
    cover(device, 'createCommandEncoder', (original) => (descriptor?: GPUCommandEncoderDescriptor) => {
      const encoder = original(descriptor)
      for (const name of OTHER_COMMANDS) cover(encoder, name, noticed(unrepeatable))
      cover(encoder, 'beginComputePass', (begin) => (passDescriptor?: GPUComputePassDescriptor) => {
        const pass = begin(passDescriptor)
        watchPass(pass, dispatches, unrepeatable)
        return pass
      })
      return encoder
    }),
    cover(device, 'createBuffer', noticed(unrepeatable)),
    cover(device.queue, 'writeBuffer', noticed(unrepeatable)),
  ]
  try {
    await work()
  } finally {
    for (const uncover of restore) uncover()
  }
  return repeatable && dispatches.length > 0 ? { encode: (pass) => encodeAll(pass, dispatches) } : null
}

function watchPass(pass: GPUComputePassEncoder, dispatches: Dispatch[], unrepeatable: () => void): void {
  let pipeline: GPUComputePipeline | null = null
  let group: GPUBindGroup | null = null
  const add = (counts: Dispatch['counts']): void => {
    if (pipeline === null || group === null) unrepeatable()
    else dispatches.push({ pipeline, group, counts })
  }
  cover(pass, 'setPipeline', (set) => (next: GPUComputePipeline) => {
    pipeline = next
    set(next)
  })
  cover(pass, 'setBindGroup', (set) => (...args: unknown[]) => {
    const [index, next, offsets] = args
    if (index !== 0 || (Array.isArray(offsets) && offsets.length > 0) || args.length > 3) unrepeatable()
    group = (next ?? null) as GPUBindGroup | null
    return Reflect.apply(set, pass, args)
  })
  cover(pass, 'dispatchWorkgroups', (dispatch) => (x: number, y = 1, z = 1) => {
    add([x, y, z])
    dispatch(x, y, z)
  })
  cover(pass, 'dispatchWorkgroupsIndirect', (dispatch) => (buffer: GPUBuffer, offset: number) => {
    add({ buffer, offset })
    dispatch(buffer, offset)
  })
}

function encodeAll(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { pipeline, group, counts } of dispatches) {
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    if ('buffer' in counts) pass.dispatchWorkgroupsIndirect(counts.buffer, counts.offset)
    else pass.dispatchWorkgroups(counts[0], counts[1], counts[2])
  }
}

/** Puts another method over one object's own; what it returns takes it away again. */
function cover<T extends object, K extends keyof T>(
  target: T,
  name: K,
  replacement: (original: T[K]) => unknown,
): () => void {
  const original = target[name]
  if (typeof original !== 'function') return () => undefined
  const own = Object.getOwnPropertyDescriptor(target, name)
  Reflect.set(target, name, replacement(original.bind(target) as T[K]))
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name)
    else Object.defineProperty(target, name, own)
  }
}

function noticed(notice: () => void) {
  return (original: unknown) =>
    (...args: unknown[]): unknown => {
      notice()
      return Reflect.apply(original as (...all: unknown[]) => unknown, undefined, args)
    }
}
