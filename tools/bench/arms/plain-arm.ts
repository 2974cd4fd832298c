import { parseModelConfig } from '../../../workers/inference/session/model-config.ts'
import type { Ort, OrtTensor } from '../../../workers/inference/session/ort-api.ts'
import type { TimedAnswer } from '../statistics/compare-arms.ts'
import type { Arm, ArmRequest, ArmSpec } from './arm.ts'
import { fetchBytes, fetchModel } from './model-files.ts'
import { clocksOf, readPageCpu, type TokenClock } from './token-clock.ts'

/** The loop everyone writes first: a fresh cache out of every run, all logits read back, the largest one taken. Serial. */
export async function openPlainArm(ort: Ort, spec: ArmSpec, model: string): Promise<Arm> {
  const startedMs = performance.now()
  const config = parseModelConfig(await fetchBytes(model, 'config.json'), null)
  ort.env.wasm.numThreads = 1
  const layers = Array.from({ length: config.layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat()
  const onGpu = spec.provider === 'webgpu'
  const { bytes, externalData } = await fetchModel(model, spec.precision)
  const session = await ort.InferenceSession.create(bytes, {
    externalData,
    executionProviders: [onGpu ? { name: 'webgpu' } : 'wasm'],
    logSeverityLevel: 3,
    ...(onGpu
      ? {
          preferredOutputLocation: Object.fromEntries(layers.map((name) => [`present.${name}`, 'gpu-buffer' as const])),
        }
      : {}),
  })

  function int64(values: BigInt64Array): OrtTensor {
    return new ort.Tensor('int64', values, [1, values.length])
  }

  async function generate({ promptIds, maxTokens }: ArmRequest, clock: TokenClock): Promise<TimedAnswer> {
    const empty = [1, config.keyValueHeads, 0, config.headDimension]
    let cache = layers.map(
      (): OrtTensor =>
        spec.precision === 'q4f16'
          ? new ort.Tensor('float16', new Uint16Array(0), empty)
          : new ort.Tensor('float32', new Float32Array(0), empty),
    )
    let fed = promptIds
    let total = 0
    for (let position = 0; position < maxTokens; position++) {
      total += fed.length
      const feeds: Record<string, OrtTensor> = {
        input_ids: int64(BigInt64Array.from(fed, BigInt)),
        attention_mask: int64(new BigInt64Array(total).fill(1n)),
      }
      if (session.inputNames.includes('position_ids')) {
        feeds['position_ids'] = int64(BigInt64Array.from(fed, (_, i) => BigInt(total - fed.length + i)))
      }
      layers.forEach((name, i) => {
        const tensor = cache[i]
        if (tensor !== undefined) feeds[`past_key_values.${name}`] = tensor
      })
      const outputs = await session.run(feeds)
      for (const tensor of cache) tensor.dispose()
      cache = layers.flatMap((name) => outputs[`present.${name}`] ?? [])
      const id = largestOfLastRow(outputs['logits'])
      clock.arrived([id], position)
      fed = [id]
    }
    for (const tensor of cache) tensor.dispose()
    return clock.finished()
  }

  return {
    facts: { ortVersion: ort.env.versions.web ?? '', openMs: performance.now() - startedMs, info: null },
    check: null,
    async answer(requests) {
      const newClock = clocksOf(requests, readPageCpu)
      const answers: TimedAnswer[] = []
      for (const request of requests) answers.push(await generate(request, newClock()))
      return answers
    },
    close: () => session.release(),
  }
}

function largestOfLastRow(logits: OrtTensor | undefined): number {
  if (logits === undefined) throw new Error('the model has no output named logits')
  const width = logits.dims.at(-1) ?? 0
  const row = (logits.data as Float32Array).subarray(-width)
  let best = 0
  for (let id = 1; id < width; id++) if ((row[id] ?? 0) > (row[best] ?? 0)) best = id
  return best
}
