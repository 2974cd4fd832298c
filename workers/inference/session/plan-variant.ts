import { CodedError } from '../../../src/protocol/errors.ts'
import type { Gpu } from './gpu-device.ts'
import { type MemoryPlan, planMemory } from './memory-budget.ts'
import type { ProviderPorts, ProviderRequest } from './provider-request.ts'
import { MAX_SLOTS } from './slot-decoder.ts'
import type { Variant } from './variants.ts'

/** Bytes in f32 over bytes in the file: 4-bit weights carry a scale for 32 of them, 8-bit ones too. */
const GROWTH = { 'q4-f32': 7.2, 'q8-f32': 3.6 } as const

/** Rows of the largest run: more than the longest known answer are never tried (self-test/reference-answers.ts), and a check wants all their logits. */
const RUN_ROWS = 128

/** How much of this device the variant may take. Errors: `engine/out-of-memory`. */
export function planVariant(
  ports: Pick<ProviderPorts, 'memory' | 'techniques'>,
  { manifest, config, memoryShare }: Pick<ProviderRequest, 'manifest' | 'config' | 'memoryShare'>,
  { provider, precision, path, expand }: Variant,
  gpu: Gpu | null,
): MemoryPlan {
  const files = manifest.files.filter((file) => file.path === path || file.path.startsWith(`${path}_data`))
  const fileBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const expandedBytes = precision === 'q4-f32' || precision === 'q8-f32' ? fileBytes * GROWTH[precision] : null
  const limits = gpu?.device.limits
  const plan = planMemory(
    {
      provider,
      ...ports.memory,
      gpu:
        limits === undefined
          ? null
          : { maxBufferBytes: limits.maxBufferSize, maxBindingBytes: limits.maxStorageBufferBindingSize },
      share: memoryShare,
    },
    {
      ...config,
      fileBytes,
      isExternal: files.length > 1,
      expandedBytes,
      largestTensorBytes: null,
      elementBytes: precision === 'q4f16' ? 2 : 4,
      maxSlots: MAX_SLOTS,
      runRows: RUN_ROWS,
      cacheCopies: 2,
    },
  )
  if ('refused' in plan) throw new CodedError(plan.refused)
  if (expand && !plan.expand) throw noRoomToExpand()
  return plan
}

function noRoomToExpand(): CodedError {
  return new CodedError({
    code: 'engine/out-of-memory',
    message: 'There is no room here for the weights in 32-bit floats.',
    nextStep: 'Nothing needs to be done: they are used as they are.',
  })
}
