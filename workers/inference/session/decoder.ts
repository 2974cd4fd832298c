import { CodedError } from '../../../src/protocol/errors.ts'
import { floatsOf } from './floats-of.ts'
import type { GpuWatch } from './gpu-device.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort, OrtSession, OrtTensor } from './ort-api.ts'
import { ortFailure } from './ort-failure.ts'

/** Keys and values of every layer, `[1, kvHeads, ≥ length, headDim]` each, by input name. On WebGPU they never leave the device. */
export type KeyValueCache = ReadonlyMap<string, OrtTensor>

/** One run's answers for n ids, owned by the receiver. */
export interface DecoderOutput {
  /** n × vocabulary. */
  logits: Float32Array
  /** n × hidden size: the final-norm rows that the logits come from. */
  rows: Float32Array
  cache: KeyValueCache
}

/** A session that knows its inputs and outputs; it holds no state between runs. */
export interface Decoder {
  readonly config: ModelConfig
  emptyCache(): KeyValueCache
  /**
   * Runs `ids` at positions past … past + n − 1. The cache may be longer than `past`: what lies beyond is ignored and overwritten, since
   * GroupQueryAttention takes its lengths from the mask. So rolling back costs nothing. `cache` is consumed, also on failure.
   * Errors: `engine/run-failed | engine/device-lost | engine/out-of-memory`.
   */
  run(cache: KeyValueCache, past: number, ids: readonly number[]): Promise<DecoderOutput>
  /** The first `length` positions of a cache in ordinary memory, for graphs that take all of it as read. `cache` is consumed. */
  cut(cache: KeyValueCache, length: number): KeyValueCache
  dispose(cache: KeyValueCache): void
  release(): Promise<void>
}

export interface DecoderOptions {
  /** The output that holds the final-norm rows. */
  tapName: string
  /** Reports what a GPU does wrong outside of a run. */
  watch: GpuWatch | null
}

/** Errors: `engine/model-unsupported`. */
export function createDecoder(ort: Ort, session: OrtSession, config: ModelConfig, options: DecoderOptions): Decoder {
  const { tapName, watch } = options
  const cacheInputs = session.inputNames.filter((name) => name.startsWith('past_key_values.'))
  const known = new Set([...cacheInputs, 'input_ids', 'attention_mask', 'position_ids'])
  const unknown = session.inputNames.find((name) => !known.has(name))
  if (unknown !== undefined || cacheInputs.length !== 2 * config.layers || !session.outputNames.includes(tapName)) {
    throw unsupported(unknown ?? `${cacheInputs.length} cache inputs`)
  }
  const half = session.inputMetadata.some(
    (input) => input.isTensor && input.name.startsWith('past_') && input.type === 'float16',
  )
  const wantsPositions = session.inputNames.includes('position_ids')

  function int64(values: BigInt64Array): OrtTensor {
    return new ort.Tensor('int64', values, [1, values.length])
  }

  function dispose(cache: KeyValueCache): void {
    for (const tensor of cache.values()) tensor.dispose()
  }

  return {
    config,
    dispose,
    cut: (cache, length) => new Map([...cache].map(([name, tensor]) => [name, cutTensor(ort, tensor, length)])),
    emptyCache() {
      const dims = [1, config.keyValueHeads, 0, config.headDimension]
      return new Map(
        cacheInputs.map((name) => [
          name,
          half
            ? new ort.Tensor('float16', new Uint16Array(0), dims)
            : new ort.Tensor('float32', new Float32Array(0), dims),
        ]),
      )
    },
    async run(cache, past, ids) {
      const feeds: Record<string, OrtTensor> = {
        ...Object.fromEntries(cache),
        input_ids: int64(BigInt64Array.from(ids, BigInt)),
        attention_mask: int64(new BigInt64Array(past + ids.length).fill(1n)),
      }
      if (wantsPositions) feeds['position_ids'] = int64(BigInt64Array.from(ids, (_, i) => BigInt(past + i)))
      try {
        const outputs = await session.run(feeds)
        const failure = watch?.takeFailure()
        if (failure) throw failure
        return {
          logits: await floatsOf(outputs['logits']),
          rows: await floatsOf(outputs[tapName]),
          cache: new Map(cacheInputs.map((name) => [name, presentOf(outputs, name)])),
        }
      } catch (cause) {
        throw watch?.takeFailure() ?? runFailed(cause)
      } finally {
        dispose(cache)
      }
    },
    release: () => session.release(),
  }
}

/** [1, kvHeads, positions, headDim] with fewer positions. */
function cutTensor(ort: Ort, tensor: OrtTensor, length: number): OrtTensor {
  const [, heads = 0, positions = 0, width = 0] = tensor.dims
  const { data } = tensor
  if (positions === length || !(data instanceof Float32Array || data instanceof Uint16Array)) return tensor
  const cut = new (data instanceof Float32Array ? Float32Array : Uint16Array)(heads * length * width)
  for (let head = 0; head < heads; head++) {
    const from = head * positions * width
    cut.set(data.subarray(from, from + length * width), head * length * width)
  }
  return new ort.Tensor(tensor.type as 'float32', cut as Float32Array, [1, heads, length, width])
}

function presentOf(outputs: Readonly<Record<string, OrtTensor>>, pastName: string): OrtTensor {
  const tensor = outputs[pastName.replace('past_key_values.', 'present.')]
  if (tensor === undefined) throw unsupported(`no output for ${pastName}`)
  return tensor
}

function unsupported(what: string): CodedError {
  return new CodedError({
    code: 'engine/model-unsupported',
    message: `The model's graph has inputs or outputs this engine does not know (${what}).`,
    nextStep: 'Choose another model.',
  })
}

export function runFailed(cause: unknown): CodedError {
  return ortFailure(cause, (reason) => ({
    code: 'engine/run-failed',
    message: `The model could not be run: ${reason}`,
    nextStep: 'Try again; if it happens again, reload the page.',
  }))
}
