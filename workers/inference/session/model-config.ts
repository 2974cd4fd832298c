import * as v from 'valibot'
import { CodedError } from '../../../src/protocol/errors.ts'
import { MAX_PROMPT_TOKENS, MAX_STOP_IDS, MAX_TOKEN_ID } from '../../../src/protocol/limits.ts'
import { count, TokenId } from '../../../src/protocol/wire/schemas.ts'

/** Read whole and parsed: the longest of today's hub models has 4 kB, with the tables of its quantisation about 200 kB. */
const MAX_CONFIG_BYTES = 1024 * 1024

const MAX_LAYERS = 256
const MAX_WIDTH = 65_536

const stopIds = v.union([
  v.pipe(
    TokenId,
    v.transform((id) => [id]),
  ),
  v.pipe(v.array(TokenId), v.maxLength(MAX_STOP_IDS)),
])

/** `config.json` as hub exports write it; fields we do not use are let through. */
const ConfigSchema = v.object({
  num_hidden_layers: v.pipe(count(MAX_LAYERS), v.minValue(1)),
  num_attention_heads: v.pipe(count(MAX_WIDTH), v.minValue(1)),
  num_key_value_heads: v.pipe(count(MAX_WIDTH), v.minValue(1)),
  hidden_size: v.pipe(count(MAX_WIDTH), v.minValue(1)),
  head_dim: v.optional(v.pipe(count(MAX_WIDTH), v.minValue(1))),
  vocab_size: v.pipe(count(MAX_TOKEN_ID + 1), v.minValue(2)),
  max_position_embeddings: v.pipe(v.number(), v.integer(), v.minValue(2)),
})

const StopIdsSchema = v.object({ eos_token_id: v.optional(v.nullable(stopIds)) })

/** What the loop needs to know of a decoder's shape. */
export interface ModelConfig {
  layers: number
  keyValueHeads: number
  headDimension: number
  hiddenSize: number
  vocabularySize: number
  contextTokens: number
  stopIds: number[]
}

/** End-of-text ids, from `generation_config.json` where there is one. Errors: `engine/model-unsupported`. */
export function parseStopIds(config: Uint8Array, generationConfig: Uint8Array | null): number[] {
  const generation = generationConfig === null ? null : parse(StopIdsSchema, generationConfig, 'generation_config.json')
  return generation?.eos_token_id ?? parse(StopIdsSchema, config, 'config.json').eos_token_id ?? []
}

/** Reads the model's own description. Errors: `engine/model-unsupported`. */
export function parseModelConfig(config: Uint8Array, generationConfig: Uint8Array | null): ModelConfig {
  const c = parse(ConfigSchema, config, 'config.json')
  return {
    layers: c.num_hidden_layers,
    keyValueHeads: c.num_key_value_heads,
    headDimension: c.head_dim ?? c.hidden_size / c.num_attention_heads,
    hiddenSize: c.hidden_size,
    vocabularySize: c.vocab_size,
    contextTokens: Math.min(c.max_position_embeddings, MAX_PROMPT_TOKENS),
    stopIds: parseStopIds(config, generationConfig),
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, bytes: Uint8Array, path: string): T {
  try {
    if (bytes.length > MAX_CONFIG_BYTES) throw new RangeError(`${path} is longer than ${MAX_CONFIG_BYTES} bytes`)
    return v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new CodedError(
      {
        code: 'engine/model-unsupported',
        message: `The model's ${path} does not describe a decoder this engine can run.`,
        nextStep: 'Choose another model.',
        details: { file: path },
      },
      { cause },
    )
  }
}
