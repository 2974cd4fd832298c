import { CodedError } from '../../../src/protocol/errors.ts'

/** What a GPU reports outside of a run. */
export interface GpuWatch {
  /** The oldest failure not yet taken; a run that follows it must not be believed. */
  takeFailure(): CodedError | null
}

/** An opened GPU and the coarse facts that name its cell. */
export interface Gpu {
  device: GPUDevice
  vendor: string
  architecture: string
  watch: GpuWatch
}

/** A device, or one plain sentence why there is none. */
export type GpuOffer = { gpu: Gpu } | { unavailable: string }

/** Limits that decide how large a tensor can be and how many of them one kernel sees: we ask for all the adapter has. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const

const WANTED_FEATURES = ['shader-f16', 'subgroups'] as const

/** `onLost` is called once, when the device goes away without our doing. */
export async function openGpu(gpu: GPU | undefined, onLost: (error: CodedError) => void): Promise<GpuOffer> {
  if (gpu === undefined)
    return { unavailable: 'This browser offers no WebGPU, so the processor computes instead of the graphics card.' }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  if (adapter === null)
    return { unavailable: 'This browser found no usable graphics card, so the processor computes instead.' }
  const device = await adapter
    .requestDevice({
      requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    })
    .catch(() => null)
  if (device === null)
    return { unavailable: 'The graphics card could not be opened, so the processor computes instead.' }
  const { vendor, architecture } = adapter.info
  return { gpu: { device, vendor, architecture, watch: watchDevice(device, onLost) } }
}

/** More than eight storage buffers once gave silent zeros: an uncaptured error must fail the run it belongs to. */
function watchDevice(device: GPUDevice, onLost: (error: CodedError) => void): GpuWatch {
  let failure: CodedError | null = null
  device.addEventListener('uncapturederror', (event) => {
    failure ??= new CodedError({
      code: 'engine/run-failed',
      message: `The graphics card refused a computation: ${event.error.message.slice(0, 300)}`,
      nextStep: 'Reload the page; the processor is used if it happens again.',
    })
  })
  void device.lost.then((info) => {
    if (info.reason === 'destroyed') return
    failure = new CodedError({
      code: 'engine/device-lost',
      message: 'The graphics card went away while the model was in use.',
      nextStep: 'Try again: the model is loaded anew.',
    })
    onLost(failure)
  })
  return {
    takeFailure() {
      const taken = failure
      // A lost device stays lost.
      if (taken?.code !== 'engine/device-lost') failure = null
      return taken
    },
  }
}
