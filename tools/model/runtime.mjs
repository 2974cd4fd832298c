/**
 * What the measuring scripts share: one-thread WebAssembly sessions, the decoder's inputs and
 * outputs, and seeded sampling. Run from a folder where `onnxruntime-web` resolves.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-web'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'error'

/** Command-line options of the form `--name value`, over defaults. */
export function options(defaults) {
  const values = { ...defaults }
  for (let i = 2; i < process.argv.length; i += 2) {
    const name = process.argv[i].replace(/^--/, '')
    if (!(name in values)) throw new Error(`unknown option ${process.argv[i]}`)
    values[name] = process.argv[i + 1]
  }
  return values
}

export async function readJson(...parts) {
  return JSON.parse(await readFile(join(...parts), 'utf8'))
}

/** Token ids stored as little-endian uint16. */
export async function readTokens(path) {
  const bytes = await readFile(path)
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

/** A decoder session with its key-value cache kept between calls. */
export class Decoder {
  static async open(path, config) {
    const decoder = new Decoder()
    decoder.config = config
    decoder.session = await ort.InferenceSession.create(await readFile(path), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    })
    const past = decoder.session.inputMetadata.find((input) => input.name.startsWith('past'))
    decoder.cacheType = past.type
    decoder.reset()
    return decoder
  }

  /** Forget everything fed so far. */
  reset() {
    const { num_key_value_heads: heads, head_dim: width, num_hidden_layers: layers } = this.config
    const empty = this.cacheType === 'float16' ? new Uint16Array(0) : new Float32Array(0)
    this.length = 0
    this.cache = {}
    for (let layer = 0; layer < layers; layer += 1) {
      for (const part of ['key', 'value']) {
        const tensor = new ort.Tensor(this.cacheType, empty, [1, heads, 0, width])
        this.cache[`past_key_values.${layer}.${part}`] = tensor
      }
    }
  }

  /** Feed ids; returns the logits, one Float32Array view of [vocab] for each id. */
  async feed(ids) {
    const total = this.length + ids.length
    const int64 = (values) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
    const outputs = await this.session.run({
      input_ids: int64([...ids]),
      attention_mask: int64(new Array(total).fill(1)),
      ...this.cache,
    })
    for (const name of Object.keys(this.cache)) {
      this.cache[name] = outputs[name.replace('past_key_values', 'present')]
    }
    this.length = total
    const { vocab_size: vocab } = this.config
    const { data } = outputs.logits
    return Array.from(ids, (_, row) => data.subarray(row * vocab, (row + 1) * vocab))
  }

  async close() {
    await this.session.release()
  }
}

/** The `count` largest entries as [index, value], largest first, ties to the lower index. */
export function top(logits, count) {
  const order = Array.from(logits.keys())
  order.sort((a, b) => logits[b] - logits[a] || a - b)
  return order.slice(0, count).map((index) => [index, logits[index]])
}

/** A small seeded generator of numbers in [0, 1): mulberry32. */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Draw one id from the `count` likeliest at a temperature. */
export function sample(logits, { temperature, count, random }) {
  const best = top(logits, count)
  const weights = best.map(([, value]) => Math.exp((value - best[0][1]) / temperature))
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0)
  const chosen = weights.findIndex((weight) => (left -= weight) < 0)
  return best[chosen < 0 ? 0 : chosen][0]
}
