import * as ort from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { CodedError } from '../../../../../src/protocol/errors.ts'
import { createDecoder } from '../../../../../workers/inference/session/decoder.ts'
import type { GpuWatch } from '../../../../../workers/inference/session/gpu-device.ts'
import type { OrtSession, OrtTensor } from '../../../../../workers/inference/session/ort-api.ts'

const config = {
  layers: 1,
  keyValueHeads: 1,
  headDimension: 2,
  hiddenSize: 2,
  vocabularySize: 3,
  contextTokens: 16,
  stopIds: [],
}
const CACHE_NAMES = ['past_key_values.0.key', 'past_key_values.0.value']

interface SessionOptions {
  extraInputs?: string[]
  outputNames?: string[]
  type?: 'float32' | 'float16'
  answer?: (feeds: Record<string, OrtTensor>) => Record<string, OrtTensor>
}

/** A graph with one layer whose outputs the test decides. */
function createSession({
  extraInputs = [],
  outputNames = ['logits', 'tap'],
  type = 'float32',
  answer = zeros,
}: SessionOptions = {}) {
  const feeds: Record<string, OrtTensor>[] = []
  const session = {
    inputNames: ['input_ids', 'attention_mask', ...extraInputs, ...CACHE_NAMES],
    outputNames,
    inputMetadata: CACHE_NAMES.map((name) => ({ name, isTensor: true, type })),
    async run(given: Record<string, OrtTensor>) {
      feeds.push(given)
      return answer(given)
    },
    release: async () => undefined,
  }
  return { session: session as unknown as OrtSession, feeds }
}

function zeros(feeds: Record<string, OrtTensor>): Record<string, OrtTensor> {
  const rows = feeds['input_ids']?.dims[1] ?? 0
  const total = feeds['attention_mask']?.dims[1] ?? 0
  const floats = (dims: number[]) => new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims)
  return {
    logits: floats([1, rows, 3]),
    tap: floats([1, rows, 2]),
    'present.0.key': floats([1, 1, total, 2]),
    'present.0.value': floats([1, 1, total, 2]),
  }
}

function open(options: SessionOptions = {}, watch: GpuWatch | null = null) {
  const { session, feeds } = createSession(options)
  return { decoder: createDecoder(ort, session, config, { tapName: 'tap', watch }), feeds }
}

describe('the decoder over a session', () => {
  it('feeds ids, a mask over past and present, and the cache it was given', async () => {
    const { decoder, feeds } = open()
    const first = await decoder.run(decoder.emptyCache(), 0, [5, 6, 7])
    await decoder.run(first.cache, 2, [9])
    expect(feeds[1]?.['input_ids']?.data).toEqual(BigInt64Array.of(9n))
    expect(feeds[1]?.['attention_mask']?.data).toEqual(BigInt64Array.of(1n, 1n, 1n))
    expect(feeds[1]?.['past_key_values.0.key']).toBe(first.cache.get('past_key_values.0.key'))
    expect(feeds[1]?.['position_ids']).toBeUndefined()
    expect([first.logits.length, first.rows.length]).toEqual([9, 6])
  })

  it('tells positions to a graph that asks for them', async () => {
    const { decoder, feeds } = open({ extraInputs: ['position_ids'] })
    await decoder.run(decoder.emptyCache(), 3, [1, 2])
    expect(feeds[0]?.['position_ids']?.data).toEqual(BigInt64Array.of(3n, 4n))
  })

  it('starts half-precision graphs with a half-precision cache, and reads their halves as numbers', async () => {
    const half = new ort.Tensor('float16', Uint16Array.of(0x3c00, 0xc000, 0x7c00), [1, 1, 3])
    const { decoder, feeds } = open({ type: 'float16', answer: (given) => ({ ...zeros(given), logits: half }) })
    const output = await decoder.run(decoder.emptyCache(), 0, [1])
    expect(feeds[0]?.['past_key_values.0.key']?.type).toBe('float16')
    expect(output.logits).toEqual(Float32Array.of(1, -2, Number.POSITIVE_INFINITY))
  })

  it.each<[string, SessionOptions]>([
    ['an input that nobody knows', { extraInputs: ['encoder_hidden_states'] }],
    ['no rows', { outputNames: ['logits'] }],
  ])('refuses a graph with %s', (_, options) => {
    expect(() => open(options)).toThrow(expect.objectContaining({ code: 'engine/model-unsupported' }))
  })

  it('does not believe a run during which the graphics card reported an error', async () => {
    const failure = new CodedError({ code: 'engine/run-failed', message: 'Too many buffers.', nextStep: 'Reload.' })
    const { decoder } = open({}, { takeFailure: () => failure })
    await expect(decoder.run(decoder.emptyCache(), 0, [1])).rejects.toBe(failure)
  })

  it.each([
    ['std::bad_alloc', 'engine/out-of-memory'],
    ['failed to allocate a buffer of 4 GB', 'engine/out-of-memory'],
    ['Non-zero status code returned', 'engine/run-failed'],
  ])('files "%s" under %s', async (message, code) => {
    const answer = () => {
      throw new Error(message)
    }
    const { decoder } = open({ answer })
    await expect(decoder.run(decoder.emptyCache(), 0, [1])).rejects.toMatchObject({ code })
  })

  it('gives its cache back whatever happens', async () => {
    const answer = () => {
      throw new Error('lost')
    }
    const { decoder } = open({ answer })
    const cache = decoder.emptyCache()
    const disposed: string[] = []
    for (const [name, tensor] of cache) tensor.dispose = () => disposed.push(name)
    await decoder.run(cache, 0, [1]).catch(() => undefined)
    expect(disposed).toEqual(CACHE_NAMES)
  })
})
