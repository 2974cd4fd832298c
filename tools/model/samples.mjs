/**
 * Write sample stories, one for each seed, as Markdown quotations, to --out.
 *
 * Each starts from the boundary token and the same opening words, and runs to the next boundary
 * or to `length` tokens.
 */
import { writeFile } from 'node:fs/promises'
import { Tokenizer } from '@huggingface/tokenizers'
import { Decoder, options, randomFrom, readJson, sample } from './runtime.mjs'

const args = options({
  model: 'public/models/locus-stories',
  graph: '',
  out: '',
  opening: 'Once upon a time',
  seeds: '1,2,3',
  temperature: '0.8',
  topk: '40',
  length: '180',
})
const config = await readJson(args.model, 'config.json')
const tokenizer = new Tokenizer(
  await readJson(args.model, 'tokenizer.json'),
  await readJson(args.model, 'tokenizer_config.json'),
)
const prompt = tokenizer.encode(args.opening).ids
const decoder = await Decoder.open(args.graph, config)

const sections = []
for (const seed of args.seeds.split(',').map(Number)) {
  const random = randomFrom(seed)
  const how = { temperature: Number(args.temperature), count: Number(args.topk), random }
  decoder.reset()
  const ids = [...prompt]
  let logits = (await decoder.feed(prompt)).at(-1)
  while (ids.length < prompt.length + Number(args.length)) {
    const id = sample(logits, how)
    if (id === config.eos_token_id) break
    ids.push(id)
    logits = (await decoder.feed([id]))[0]
  }
  const story = tokenizer.decode(ids, { skip_special_tokens: true }).trim()
  const quoted = story.replace(/^/gm, '> ').replace(/^> $/gm, '>')
  sections.push(`Seed ${seed}:\n\n${quoted}\n`)
}
const text = sections.join('\n')
if (args.out) await writeFile(args.out, text)
console.log(text)
