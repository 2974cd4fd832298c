/**
 * Fill the model card's template with what was measured, and write it as the model's README.md.
 * Fails if a placeholder has no number, so that the card can only hold real ones.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { options, readJson } from './runtime.mjs'

/** Kept apart from the template because Markdown formatters take it for a list. */
const FRONT_MATTER = `---
license: apache-2.0
language:
  - en
pipeline_tag: text-generation
library_name: transformers.js
tags:
  - onnx
  - text-generation
  - children-stories
  - tiny
---

`

const args = options({ model: 'public/models/locus-stories', work: '' })
const training = await readJson(args.work, 'training.json')
const lines = (await readFile(join(args.work, 'measurements.jsonl'), 'utf8')).trim().split('\n')
const measured = new Map(lines.map((line) => JSON.parse(line)).map((row) => [row.name, row]))

const whole = (value) => Math.round(value).toLocaleString('en-US')
const values = {
  parameters: whole(training.parameters),
  minutes: whole(training.minutes),
  steps: whole(training.steps),
  tokens: whole(training.tokens),
  passes: training.passes.toFixed(1),
  'book-tokens': whole(measured.get('f32').tokens),
  'book-bytes': whole(measured.get('f32').bytes),
  stride: measured.get('f32').stride,
  least: measured.get('f32').context - measured.get('f32').stride,
  samples: await readFile(join(args.work, 'samples.md'), 'utf8'),
}
const reference = measured.get('f32').bitsPerByte
for (const [name, { bitsPerByte, size }] of measured) {
  values[`bpb:${name}`] = bitsPerByte.toFixed(4)
  values[`bytes:${name}`] = whole(size)
  const worse = 100 * (bitsPerByte / reference - 1)
  values[`worse:${name}`] = `${worse < 0 ? '' : '+'}${worse.toFixed(2)} %`
}

const template = await readFile(new URL('card-template.md', import.meta.url), 'utf8')
const card =
  FRONT_MATTER +
  template.replace(/\{\{([^}]+)\}\}/g, (_, name) => {
    if (values[name] === undefined) throw new Error(`nothing measured for ${name}`)
    return values[name]
  })
await writeFile(join(args.model, 'README.md'), card)
console.log(`README.md: ${card.length} bytes`)
