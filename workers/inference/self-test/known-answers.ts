import * as v from 'valibot'
import { CodedError } from '../../../src/protocol/errors.ts'
import { count, TokenId, tokenIds } from '../../../src/protocol/wire/schemas.ts'

const MAX_PROMPT = 512
const MAX_STEPS = 256
const MAX_TOP = 64

/** `[id, logit]` pairs, largest logit first. */
const TopLogitsSchema = v.pipe(
  v.array(v.strictTuple([TokenId, v.pipe(v.number(), v.finite())])),
  v.minLength(2),
  v.maxLength(MAX_TOP),
)

/**
 * What the referee (4-bit weights expanded to f32, one WASM thread) computes for a fixed prompt; shipped with the model and pinned by
 * its root. `decode.top[i]` are the logits that chose `decode.ids[i]`, so `top[0]` belongs to the prompt's last id.
 */
export const KnownAnswersSchema = v.pipe(
  v.strictObject({
    version: v.literal(1),
    prompt: v.pipe(tokenIds(MAX_PROMPT), v.minLength(1)),
    lengths: v.pipe(v.array(count(MAX_PROMPT)), v.minLength(1)),
    prefill: v.array(
      v.strictObject({ length: v.pipe(count(MAX_PROMPT), v.minValue(1)), argmax: TokenId, top: TopLogitsSchema }),
    ),
    decode: v.strictObject({ start: count(MAX_PROMPT), ids: tokenIds(MAX_STEPS), top: v.array(TopLogitsSchema) }),
  }),
  v.check((a) => a.prefill.every((p) => p.length <= a.prompt.length), 'no prefill longer than the prompt'),
  v.check((a) => a.decode.start === a.prompt.length, 'decode follows the whole prompt'),
  v.check(
    (a) => a.decode.ids.length >= 2 && a.decode.top.length === a.decode.ids.length,
    'logits for every decoded id',
  ),
)

export type KnownAnswers = v.InferOutput<typeof KnownAnswersSchema>
export type TopLogits = v.InferOutput<typeof TopLogitsSchema>

/** Errors: `engine/model-unsupported`. */
export function parseKnownAnswers(bytes: Uint8Array): KnownAnswers {
  try {
    return v.parse(KnownAnswersSchema, JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new CodedError(
      {
        code: 'engine/model-unsupported',
        message: "The model's known answers cannot be read, so nothing this device computes could be trusted.",
        nextStep: 'Choose another model.',
      },
      { cause },
    )
  }
}

/**
 * How far a right answer may lie from the known one, as a part of the row's largest |logit|. Rounding in another order moves logits by
 * 1e-6 of that, 4-bit kernels with half-precision sums by up to 5e-3; an attention kernel that is wrong moves them by 1e-1 and more.
 */
export const LOGIT_TOLERANCE = 0.02

/**
 * Largest difference from the known logits, absolute and as a part of the row's scale; NaN counts as infinite. A logit that is not
 * listed differs by as much as it exceeds the smallest listed one: that is all that is known of it.
 */
export function differenceOf(logits: Float32Array, known: TopLogits): { absolute: number; relative: number } {
  const expected = new Map(known)
  const smallest = Math.min(...expected.values())
  const scale = Math.max(...known.map(([, logit]) => Math.abs(logit)), Number.MIN_VALUE)
  let absolute = known.every(([id]) => id < logits.length) ? 0 : Number.POSITIVE_INFINITY
  for (const [id, actual] of logits.entries()) {
    const wanted = expected.get(id)
    const difference = wanted === undefined ? actual - smallest : Math.abs(actual - wanted)
    absolute = Math.max(absolute, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }
  return { absolute, relative: absolute / scale }
}
