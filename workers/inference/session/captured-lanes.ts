import { headBytes, type StaticCache } from './captured-cache.ts'

/** Exchanges the first `positions` of two lanes in place: WebGPU does not copy within one buffer. */
export type SwapLanes = (lane: number, other: number, positions: number) => void

const THREADS = 64

const SWAP_SHADER = /* wgsl */ `
struct Swap { lane: u32, other: u32, headWords: u32, words: u32 }

@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@group(0) @binding(1) var<uniform> swap: Swap;

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= swap.words) { return; }
  let at = id.y * swap.headWords + id.x;
  let value = values[swap.lane + at];
  values[swap.lane + at] = values[swap.other + at];
  values[swap.other + at] = value;
}`

export async function createSwapLanes(device: GPUDevice, cache: StaticCache): Promise<SwapLanes> {
  const { kvHeads, positions: room } = cache.shape
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: SWAP_SHADER }) },
  })
  const sizes = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST })
  const groups = cache.buffers.map((buffer) =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [buffer, sizes].map((resource, binding) => ({ binding, resource: { buffer: resource } })),
    }),
  )
  const headWords = headBytes(cache.shape) / 4
  return (lane, other, positions) => {
    if (positions === 0) return
    const words = (headWords / room) * positions
    device.queue.writeBuffer(
      sizes,
      0,
      Uint32Array.of(lane * kvHeads * headWords, other * kvHeads * headWords, headWords, words),
    )
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    for (const group of groups) {
      pass.setBindGroup(0, group)
      pass.dispatchWorkgroups(Math.ceil(words / THREADS), kvHeads)
    }
    pass.end()
    device.queue.submit([encoder.finish()])
  }
}
