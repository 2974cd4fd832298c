import { AutoModelForCausalLM, BaseStreamer, env, Tensor } from '@huggingface/transformers'
import type { TimedAnswer } from '../statistics/compare-arms.ts'
import type { Arm, ArmRequest, ArmSpec } from './arm.ts'
import { clocksOf, readPageCpu, type TokenClock } from './token-clock.ts'

export interface TransformersOptions {
  /** Where its ONNX Runtime build is served; as shipped it would come from a CDN. */
  ortFolder: string
}

/** transformers.js as its documentation has it used: from_pretrained, generate, a streamer for the times. */
export async function openTransformersArm(spec: ArmSpec, model: string, options: TransformersOptions): Promise<Arm> {
  const startedMs = performance.now()
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.localModelPath = '/models/'
  env.useBrowserCache = false
  const { wasm, versions } = env.backends.onnx
  if (wasm === undefined) throw new Error('transformers.js found no ONNX Runtime')
  const build = `${options.ortFolder}/ort-wasm-simd-threaded.asyncify`
  wasm.wasmPaths = { mjs: `${build}.mjs`, wasm: `${build}.wasm` }
  const loaded = await AutoModelForCausalLM.from_pretrained(model, { device: spec.provider, dtype: spec.precision })

  async function generate(requests: readonly ArmRequest[], clock: TokenClock): Promise<TimedAnswer[]> {
    const rows = requests.map(({ promptIds }) => promptIds)
    const length = Math.max(...rows.map((ids) => ids.length))
    // Decoders are padded on the left, so that every row's next token follows its last.
    const padded = rows.map((ids) => [...new Array<number>(length - ids.length).fill(0), ...ids])
    const mask = rows.map((ids) => [...new Array<number>(length - ids.length).fill(0), ...ids.map(() => 1)])
    const output = await loaded.generate({
      input_ids: int64(padded),
      attention_mask: int64(mask),
      max_new_tokens: requests[0]?.maxTokens ?? 0,
      do_sample: false,
      eos_token_id: null,
      streamer: new ArrivalStreamer(clock),
    } as unknown as Parameters<typeof loaded.generate>[0])
    const ids = (output as Tensor).tolist() as bigint[][]
    const { arrivalsMs, cpu } = clock.finished()
    return ids.map((row) => ({ ids: row.slice(length).map(Number), arrivalsMs, cpu }))
  }

  return {
    facts: { ortVersion: versions?.web ?? 'unknown', openMs: performance.now() - startedMs, info: null },
    check: null,
    async answer(requests, manner) {
      const newClock = clocksOf(requests, readPageCpu)
      // One clock for all rows: a batch's tokens come together.
      if (manner !== 'serial') return generate(requests, newClock())
      const answers: TimedAnswer[] = []
      for (const request of requests) answers.push(...(await generate([request], newClock())))
      return answers
    },
    async close() {
      await loaded.dispose()
    },
  }
}

/** The first thing it is given is the prompt. */
class ArrivalStreamer extends BaseStreamer {
  readonly #clock: TokenClock
  #position = -1

  constructor(clock: TokenClock) {
    super()
    this.#clock = clock
  }

  override put(value: bigint[][]): void {
    if (this.#position >= 0) this.#clock.arrived([Number(value[0]?.[0])], this.#position)
    this.#position += 1
  }

  override end(): void {
    // Nothing is buffered.
  }
}

function int64(rows: number[][]): Tensor {
  return new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]?.length ?? 0])
}
