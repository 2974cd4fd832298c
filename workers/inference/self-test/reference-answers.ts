import { createSequence } from '../session/sequence.ts'
import type { SlotDecoder } from '../session/slot-decoder.ts'
import type { KnownAnswers, TopLogits } from './known-answers.ts'

const LENGTHS = [8, 31, 32, 33, 64, 128]
const STEPS = 16
const TOP = 16

/**
 * Questions and answers for a model that came with none, as many of a hub do: what `decoder`, the simple loop on one processor thread,
 * computes for ids that are spread over the vocabulary, each length in one run. They say whether another path or device computes the
 * same, not whether the processor itself is right.
 */
export async function computeReferenceAnswers(decoder: SlotDecoder): Promise<KnownAnswers> {
  const { vocabularySize } = decoder.config
  const longest = Math.max(1, Math.min(LENGTHS.at(-1) ?? 1, decoder.contextTokens - STEPS - 1))
  const prompt = Array.from({ length: longest }, (_, i) => (i * 7_919 + 13) % vocabularySize)
  const lengths = [...LENGTHS.filter((length) => length < longest), longest]
  const sequence = createSequence(decoder, 0, 1)
  const prefill: KnownAnswers['prefill'] = []
  let last: TopLogits = []
  for (const length of lengths) {
    sequence.truncate(0)
    const answers = await sequence.extend(prompt.slice(0, length))
    last = topOf(answers.logits(answers.count - 1))
    prefill.push({ length, argmax: last[0]?.[0] ?? 0, top: last })
  }
  const decode: KnownAnswers['decode'] = { start: longest, ids: [], top: [] }
  while (decode.ids.length < STEPS) {
    const id = last[0]?.[0] ?? 0
    decode.ids.push(id)
    decode.top.push(last)
    last = topOf((await sequence.extend([id])).logits(0))
  }
  return { version: 1, prompt, lengths, prefill, decode }
}

function topOf(logits: Float32Array): TopLogits {
  const ids = Array.from(logits, (_, id) => id)
  const order = ids.toSorted((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b)
  return order.slice(0, TOP).map((id): [number, number] => [id, logits[id] ?? Number.NaN])
}
