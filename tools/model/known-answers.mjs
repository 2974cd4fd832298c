/**
 * Write the known answers: what the referee (the four-bit weights expanded to float32, on one
 * WebAssembly thread) computes for a fixed prompt. A machine that cannot reproduce these
 * numbers must not serve.
 *
 *   prefill[i]  the prompt's first `length` ids in one call; the last row's largest logits
 *   decode      ids[0] is the greedy choice after the whole prompt in one call, each later id
 *               the greedy choice after feeding the one before it alone; top[i] belongs to ids[i]
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { Decoder, options, readJson, top } from './runtime.mjs'

/** The opening of the validation book, which the model was never trained on (L. Frank Baum, 1910). */
const OPENING =
  'The Nome King was in an angry mood, and at such times he was very disagreeable. Every one ' +
  'kept away from him, even his Chief Steward Kaliko.\n\nTherefore the King stormed and raved ' +
  'all by himself, walking up and down in his jewel-studded cavern and getting angrier all the ' +
  'time. Then he remembered that it was no fun being angry unless he had some one to frighten ' +
  'and make miserable, and he rushed to his big gong and made it clatter as loud as he could.'
const PROMPT_LENGTH = 64
const LENGTHS = [8, 31, 32, 33, 64]
const STEPS = 16

const args = options({ model: 'public/models/locus-stories', graph: '' })
const config = await readJson(args.model, 'config.json')
const tokenizer = new Tokenizer(
  await readJson(args.model, 'tokenizer.json'),
  await readJson(args.model, 'tokenizer_config.json'),
)
const prompt = tokenizer.encode(OPENING).ids.slice(0, PROMPT_LENGTH)
if (prompt.length !== PROMPT_LENGTH || prompt[0] !== 0) throw new Error('the opening is too short')

const rounded = (pairs) => pairs.map(([id, value]) => [id, Number(value.toPrecision(6))])
let closest = Number.POSITIVE_INFINITY
function greedy(logits) {
  const [[id, first], [, second]] = top(logits, 2)
  closest = Math.min(closest, first - second)
  return id
}

const decoder = await Decoder.open(args.graph, config)
const prefill = []
let last
for (const length of LENGTHS) {
  decoder.reset()
  last = (await decoder.feed(prompt.slice(0, length))).at(-1)
  prefill.push({ length, argmax: greedy(last), top: rounded(top(last, 16)) })
}
const decode = { start: PROMPT_LENGTH, ids: [], top: [] }
while (decode.ids.length < STEPS) {
  decode.ids.push(greedy(last))
  decode.top.push(rounded(top(last, 8)))
  last = (await decoder.feed(decode.ids.slice(-1)))[0]
}
const answers = { version: 1, prompt, lengths: LENGTHS, prefill, decode }
const text = `${JSON.stringify(answers)}\n`
await writeFile(join(args.model, 'known-answers.json'), text)
console.log(`known-answers.json: ${text.length} bytes; closest greedy choice won by ${closest}`)
console.log(tokenizer.decode([...prompt, ...decode.ids]))
