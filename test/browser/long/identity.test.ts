import * as ort from 'onnxruntime-web/jspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodedError } from '../../../src/protocol/errors.ts'
import { FIXTURES, type NamedFixture } from '../../../tools/fixtures/fixtures.ts'
import { prepareCapturedGraph } from '../../../workers/inference/session/captured-graph.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import { prepareGraph } from '../../../workers/inference/session/prepare-graph.ts'
import { openBoth, openSoftwareGpu, partsOf } from '../engine/captured-fixture.ts'
import { CONTEXT, compareCaptured, comparePlain } from '../engine/compare-on-webgpu.ts'

/** What became of each fixture, for the table in docs/benchmarks.md. */
const told: string[][] = []

/** Null where the captured path takes the fixture as it was exported; else the engine's own reason, with its code where it has one. */
async function refusal(gpu: Gpu, { options }: NamedFixture): Promise<string | null> {
  const graph = prepareCapturedGraph(partsOf(options).file)
  if ('plain' in graph) return graph.plain
  try {
    const { plain, captured } = await openBoth(ort, gpu, options, { slots: 2, contextTokens: CONTEXT })
    await plain.release()
    await captured.release()
    return null
  } catch (error) {
    if (!CodedError.is(error, 'engine/model-unsupported')) throw error
    return `${error.code}: ${error.message}`
  }
}

/** Returns the path and why; throws where a token or a row differs. */
async function compare(gpu: Gpu, fixture: NamedFixture): Promise<string[]> {
  const { options, rowsInfluenceEachOther } = fixture
  if (rowsInfluenceEachOther) {
    const { file, externalData } = partsOf(options)
    const preparing = prepareGraph(file, { provider: 'webgpu', expand: false }, externalData)
    const { code, message } = CodedError.dataOf(await preparing.catch((error: unknown) => error), 'engine/run-failed')
    expect(code).toBe('engine/model-unsupported')
    return ['none', `${code}: ${message}`]
  }
  if (options.precision === 'q4f16' && !gpu.device.features.has('shader-f16')) {
    return [
      'none',
      'this device has no half precision; the processor’s paths: test/unit/workers/inference/identity.test.ts',
    ]
  }
  const reason = await refusal(gpu, fixture)
  if (reason === null) {
    await compareCaptured(ort, gpu, options)
    return ['captured', '']
  }
  await comparePlain(ort, gpu, options)
  if (!/see only/.test(reason)) return ['plain', reason]
  // The same weights with layers that see as far as the text.
  await compareCaptured(ort, gpu, { ...options, dimensions: { ...options.dimensions, window: CONTEXT } })
  return ['plain; captured with wide windows', reason]
}

describe('on software WebGPU every path writes the tokens of the simple loop', () => {
  let gpu: Gpu
  beforeAll(async () => {
    gpu = await openSoftwareGpu()
  })
  afterAll(() => {
    gpu.device.destroy()
    console.log(
      [
        '| fixture | path | why not captured |',
        '| --- | --- | --- |',
        ...told.map((row) => `| ${row.join(' | ')} |`),
      ].join('\n'),
    )
  })

  it.each(FIXTURES)(
    '$name',
    async (fixture) => {
      const row = await compare(gpu, fixture).catch((error: unknown) => {
        told.push([fixture.name, 'DIFFERS', String(error).split('\n')[0] ?? ''])
        throw error
      })
      expect(row).toHaveLength(2)
      told.push([fixture.name, ...row])
    },
    600_000,
  )
})
