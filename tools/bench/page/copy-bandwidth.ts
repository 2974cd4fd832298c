import type { RooflineJob, RooflineResult } from '../arms/arms-job.ts'

/** One vec4 an invocation: the widest load there is, neighbours beside each other. */
const COPY = `
@group(0) @binding(0) var<storage, read> from_: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> to_: array<vec4<f32>>;
@compute @workgroup_size(256) fn copy(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let stride = groups.x * 256u;
  for (var i = id.x; i < arrayLength(&from_); i += stride) { to_[i] = from_[i]; }
}`

/** `GPUBufferUsage.STORAGE`. */
const STORAGE = 0x80

const MAX_GROUPS = 65_535

/** What the device's memory carries: nothing that reads every weight once per token can be faster. */
export async function copyBandwidth({ bytes, repetitions }: RooflineJob): Promise<RooflineResult> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new Error('no graphics card')
  const size = Math.min(bytes, adapter.limits.maxStorageBufferBindingSize, adapter.limits.maxBufferSize) & ~15
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBufferBindingSize: size, maxBufferSize: size },
  })
  try {
    const usage = STORAGE
    const buffers = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })]
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code: COPY }), entryPoint: 'copy' },
    })
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    })
    const groups = Math.min(MAX_GROUPS, Math.ceil(size / 16 / 256))
    const passes = async (count: number): Promise<number> => {
      const encoder = device.createCommandEncoder()
      for (let i = 0; i < count; i++) {
        const pass = encoder.beginComputePass()
        pass.setPipeline(pipeline)
        pass.setBindGroup(0, bindGroup)
        pass.dispatchWorkgroups(groups)
        pass.end()
      }
      const startedMs = performance.now()
      device.queue.submit([encoder.finish()])
      await device.queue.onSubmittedWorkDone()
      return performance.now() - startedMs
    }
    await passes(2)
    const bytesPerSecond: number[] = []
    for (let i = 0; i < repetitions; i++) {
      // The difference of two lengths: what a submission costs by itself cancels out.
      const [few, many] = [await passes(2), await passes(10)]
      if (many > few) bytesPerSecond.push((8 * 2 * size * 1_000) / (many - few))
    }
    return { adapter: `${adapter.info.vendor} ${adapter.info.architecture}`.trim(), bytes: size, bytesPerSecond }
  } finally {
    device.destroy()
  }
}
