/**
 * Bits per byte of one graph on the validation book, on one WebAssembly thread.
 *
 * Windows of a full context move on by `stride` tokens; each scores only its last `stride`
 * tokens (the first scores all), so every token is predicted once, with at least
 * context - stride tokens before it. The sum of all bits, story boundaries included, is divided
 * by the UTF-8 bytes of the text, boundaries not counted. Appends one JSON line to --out.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { Decoder, options, readJson, readTokens } from './runtime.mjs'

const args = options({
  model: 'public/models/locus-stories',
  graph: '',
  name: '',
  tokens: '',
  stride: '256',
  limit: '0',
  out: '',
})

const config = await readJson(args.model, 'config.json')
const { model: bpe } = await readJson(args.model, 'tokenizer.json')
const tokens = await readTokens(args.tokens)
const end = Number(args.limit) > 0 ? Math.min(Number(args.limit), tokens.length) : tokens.length
const stride = Number(args.stride)
const context = config.max_position_embeddings

// A byte-level token has one character for each byte; the boundary token stands for none.
const byteLength = new Uint16Array(config.vocab_size)
for (const [text, id] of Object.entries(bpe.vocab)) byteLength[id] = id === 0 ? 0 : text.length

function bitsFor(logits, id) {
  const peak = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  let sum = 0
  for (const value of logits) sum += Math.exp(value - peak)
  return (Math.log(sum) + peak - logits[id]) / Math.LN2
}

const decoder = await Decoder.open(args.graph, config)
let bits = 0
let scored = 0
const began = performance.now()
// Row i of a window that begins at `from` predicts token from + i + 1.
for (let from = 0, done = 1; done < end; from += stride) {
  const until = Math.min(from + context, end - 1)
  decoder.reset()
  const rows = await decoder.feed(tokens.subarray(from, until))
  for (; done <= until; done += 1) {
    bits += bitsFor(rows[done - 1 - from], tokens[done])
    scored += 1
  }
}
const seconds = (performance.now() - began) / 1000
let bytes = 0
for (const id of tokens.subarray(0, end)) bytes += byteLength[id]
const { length: size } = await readFile(args.graph)
const result = {
  name: args.name,
  bitsPerByte: bits / bytes,
  bits,
  bytes,
  tokens: scored,
  stride,
  context,
  size,
  seconds,
}
console.log(JSON.stringify(result))
if (args.out) await appendFile(args.out, `${JSON.stringify(result)}\n`)
